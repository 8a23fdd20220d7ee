import Glibc
import Model
import Policy
import Runtime
import Synchronization
import TestSupport
import Testing

@testable import Remediator

@Suite("The policy in force")
struct PolicyStoreTests {
    private static let observe = "mode: observe\nrules: []\n"
    private static let enforce = "mode: enforce\nrules: []\n"

    private let logs = LogCapture()
    private let metrics = Metrics()

    private func store(_ path: String, load: PolicyStore.Load? = nil) throws(PolicyError) -> PolicyStore {
        let logger = Logger(label: "remediator", sink: logs.sink)
        guard let load else { return try PolicyStore(path, logger: logger, metrics: metrics) }
        return try PolicyStore(path, logger: logger, metrics: metrics, load: load)
    }

    private func lines(_ message: String) -> [String] {
        logs.lines.filter { $0.contains("\"message\":\"\(message)\"") }
    }

    @Test("a file renamed into place comes into force, with its generation, a warning and a call")
    func replaced() async throws {
        let file = try TemporaryFile(Self.observe)
        let store = try store(file.path)
        let heard = Mutex<[Int]>([])
        store.onChange { policy in heard.withLock { $0.append(policy.generation) } }
        #expect(store.present.policy.mode == .observe && store.present.generation == 0)
        await store.look()
        #expect(store.present.generation == 0 && heard.withLock { $0 }.isEmpty)

        try file.replace(with: Self.enforce)
        await store.look()
        #expect(store.present.policy.mode == .enforce && store.present.generation == 1)
        let digests = metrics.render().split(separator: "\n").filter { $0.hasPrefix("riposte_policy_info{") }
        let digest = store.present.policy.digest.prefix(12)
        #expect(digests == ["riposte_policy_info{digest=\"\(digest)\"} 1"], "the one in force, and no other")
        #expect(heard.withLock { $0 } == [1])
        let line = try #require(lines("policy changed").first)
        #expect(line.contains("\"level\":\"warning\"") && line.contains("mode observe is now enforce"))
        #expect(line.contains(store.present.policy.digest))
        #expect(metrics.render().contains("riposte_policy_valid 1\n"))
    }

    @Test("a broken file keeps the policy before it, and says every mistake once for each contents")
    func broken() async throws {
        let file = try TemporaryFile(Self.enforce)
        let store = try store(file.path)
        try file.replace(with: "mode: all\nrules: 7\n")
        await store.look()
        await store.look()
        #expect(store.present.policy.mode == .enforce && store.present.generation == 0)
        let mistakes = lines("policy file has mistakes: the policy before it stays in force")
        #expect(mistakes.count == 1)
        #expect(mistakes.first?.contains("'all' is not a mode") == true)
        #expect(mistakes.first?.contains("'7' is not a list of rules") == true)
        #expect(metrics.render().contains("riposte_policy_valid 0\n"))

        try file.replace(with: "mode: none\nrules: []\n")
        await store.look()
        #expect(lines("policy file has mistakes: the policy before it stays in force").count == 2)

        try file.replace(with: Self.enforce)
        await store.look()
        #expect(store.present.generation == 0, "it is the one that was in force all the time")
        #expect(lines("policy file is as it was again").count == 1)
        #expect(metrics.render().contains("riposte_policy_valid 1\n"))
    }

    @Test("a file that is gone keeps the policy, and one that comes back is taken")
    func gone() async throws {
        let file = try TemporaryFile(Self.observe)
        let link = file.path + ".link"
        #expect(symlink(file.path, link) == 0)
        defer { unlink(link) }
        let store = try store(link)
        unlink(link)
        await store.look()
        #expect(store.present.policy.mode == .observe)
        #expect(
            lines("policy file has mistakes: the policy before it stays in force").first?.contains("No such file")
                == true)
        // As Kubernetes does it: the link leads to another file.
        let other = try TemporaryFile(Self.enforce)
        #expect(symlink(other.path, link) == 0)
        await store.look()
        #expect(store.present.policy.mode == .enforce)
    }

    @Test("a key's file that changes makes another policy in force, with the same words")
    func keyFile() async throws {
        let secret = try TemporaryFile(String(repeating: "a", count: 32))
        let file = try TemporaryFile(
            "rules: []\nkeys: [{id: k, algorithm: hmac-sha256, file: \(secret.path), uses: [requests]}]\n")
        let store = try store(file.path)
        try secret.replace(with: String(repeating: "b", count: 32))
        await store.look()
        #expect(store.present.generation == 1)
        #expect(lines("policy changed").first?.contains("a key's file changed") == true)
        try secret.replace(with: "short")
        await store.look()
        #expect(store.present.generation == 1)
        #expect(metrics.render().contains("riposte_policy_valid 0\n"))
        #expect(!logs.lines.contains { $0.contains("bbbb") || $0.contains("short") })
    }

    @Test("a policy that does not meet what the service demands counts as one with mistakes")
    func demands() async throws {
        let file = try TemporaryFile(Self.observe)
        let store = try store(file.path)
        store.demand { $0.policy.mode == .enforce ? "the planner could not sign" : nil }
        try file.replace(with: Self.enforce)
        await store.look()
        #expect(store.present.policy.mode == .observe && store.present.generation == 0)
        let line = lines("policy file has mistakes: the policy before it stays in force").first
        #expect(line?.contains("\(file.path): keys: the planner could not sign") == true)
        #expect(metrics.render().contains("riposte_policy_valid 0\n"))
    }

    @Test("without a policy there is no start, and every mistake is told")
    func start() throws {
        let file = try TemporaryFile("mode: maybe\nrules: 7\n")
        let error = #expect(throws: PolicyError.self) { try store(file.path) }
        #expect(error?.problems.count == 2)
    }

    @Test("it looks by itself while it runs")
    func running() async throws {
        let file = try TemporaryFile(Self.observe)
        let store = try PolicyStore(
            file.path, interval: .milliseconds(5), logger: Logger(label: "remediator", sink: logs.sink),
            metrics: metrics)
        let running = Task { try await store.run() }
        try file.replace(with: Self.enforce)
        try await eventually("the policy is in force") {
            store.present.policy.mode == .enforce
        }
        running.cancel()
        _ = await running.result
    }
}
