import FoundationEssentials
import Model
import Runtime

/// What is asked of a run, from the environment.
struct ChaosOptions: Sendable {
    /// Everything that is planned follows from it.
    var seed: UInt64
    var requests: Int
    var kills: Int

    /// Where the executables of the services are.
    var executables: String
    /// Where the judge and its library are.
    var judge: String
    var python: String

    /// A real broker; nil for the embedded one.
    var bootstrapServers: String?
    /// What crashes the real broker and starts it again; nil leaves it alone.
    var brokerRestart: String?
    /// After how much silence Kafka gives a member's partitions to others. A real broker has a least one; the embedded
    /// one forgets members that wait for their group, 3 s at first, for longer than this.
    var sessionTimeout: Duration
    var keepsRecords: Bool
    var environment: [String: String]

    /// Requests in a second. More in larger runs, which have to end, too.
    var rate: Double { min(9, max(3, Double(requests) / 150)) }

    /// How long requests are published and faults strike.
    var span: Duration { .milliseconds(Int(Double(requests) / rate * 1000)) }

    /// How long everything may take to end after the last request: a bound for what never ends, not a measure.
    var patience: Duration { .seconds(240 + requests / 20) }

    init(environment: [String: String]) throws(ChaosError) {
        self.environment = environment
        bootstrapServers = Self.text("KAFKA_BOOTSTRAP_SERVERS", environment)
        seed = UInt64(try Self.number("CHAOS_SEED", environment) ?? .random(in: 1...999_999))
        requests = max(20, try Self.number("CHAOS_REQUESTS", environment) ?? 200)
        kills = max(0, try Self.number("CHAOS_KILLS", environment) ?? 15)
        brokerRestart = Self.text("CHAOS_BROKER_RESTART", environment)
        let session = try Self.number("CHAOS_SESSION_TIMEOUT_MS", environment)
        sessionTimeout = .milliseconds(session ?? (bootstrapServers == nil ? 4000 : 6000))
        keepsRecords = Self.text("CHAOS_KEEP", environment) != nil
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        executables = Self.text("CHAOS_EXECUTABLES", environment) ?? Self.parent(own)
        let root = try Self.root(above: own)
        judge = "\(root)/Tests/Chaos/check.py"
        python = "\(root)/.build-python"
    }

    /// The command that plays this run again.
    var replay: String {
        var words = ["CHAOS_SEED=\(seed)", "CHAOS_REQUESTS=\(requests)", "CHAOS_KILLS=\(kills)"]
        for key in ["KAFKA_BOOTSTRAP_SERVERS", "CHAOS_BROKER_RESTART", "CHAOS_SESSION_TIMEOUT_MS", "CHAOS_EXECUTABLES"]
        {
            if let value = Self.text(key, environment) { words.append("\(key)='\(value)'") }
        }
        return words.joined(separator: " ") + " make chaos"
    }

    private static func text(_ key: String, _ environment: [String: String]) -> String? {
        environment[key].flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func number(_ key: String, _ environment: [String: String]) throws(ChaosError) -> Int? {
        guard let text = text(key, environment) else { return nil }
        guard let number = Int(text), number >= 0 else { throw ChaosError("\(key): '\(text)' is no number") }
        return number
    }

    private static func parent(_ path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }

    /// The folder above our executable that has the judge.
    private static func root(above path: String) throws(ChaosError) -> String {
        var folder = parent(path)
        while !folder.isEmpty {
            if FileManager.default.fileExists(atPath: "\(folder)/Tests/Chaos/check.py") { return folder }
            folder = parent(folder)
        }
        throw ChaosError("Tests/Chaos/check.py is nowhere above \(path)")
    }
}

/// The times of a run: short enough for many crashes, and in the proportions of a real installation.
enum ChaosTimes {
    /// `REMEDIATOR_IN_FLIGHT_WINDOW_MS`; a request may begin to be sent for a quarter of it, and its exchange takes at most
    /// half of it.
    static let window = Duration.seconds(9)
    /// When the simulator carries out what its client has given up already. Together with the time to fire it stays
    /// below the window, which is the promise that the window makes of the console.
    static let lateExecution = Duration.milliseconds(6200)
    /// `TRACKER_DEADLINE_MS`.
    static let trackerDeadline = Duration.seconds(20)
}
