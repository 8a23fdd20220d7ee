import HTTPServer
import JSON
import Synchronization
import TestSupport
import Testing

@testable import Runtime

@Suite("Health")
struct HealthTests {
    private let context = ServiceContext(name: "detector", logger: Logger(label: "detector", sink: .none))

    private func get(_ path: String, method: String = "GET") async -> (status: Int, body: String) {
        let request = ServerRequest(method: method, path: path)
        let response = await HealthServer.router(context).respond(to: request)
        guard case .bytes(let bytes) = response.body else { return (response.status, "") }
        return (response.status, String(decoding: bytes, as: UTF8.self))
    }

    @Test("ready is who holds all conditions, each shown with its reason and since when")
    func readiness() async throws {
        let kafka = context.readiness.condition("kafka")
        let topics = context.readiness.condition("topics")
        #expect(await get("/readyz").status == 503)
        kafka.set(true)
        topics.set(false, reason: "\"riposte.control\" is missing")
        let (status, body) = await get("/readyz")
        #expect(status == 503)
        let shown = try withJSON(Array(body.utf8)) { root throws(JSONError) in
            root["conditions"]?.elements.map {
                "\($0["name"]?.asString ?? "") \($0["holds"]?.asBool ?? true) \($0["reason"]?.asString ?? "-")"
            }
        }
        #expect(shown == ["kafka true -", "topics false \"riposte.control\" is missing"])
        topics.set(true)
        #expect(await get("/readyz").status == 200)
        kafka.set(false, reason: "all brokers are down")
        #expect(await get("/readyz").status == 503)
    }

    @Test("since when a condition holds moves only when it changes")
    func since() async throws {
        let readiness = Readiness()
        let kafka = readiness.condition("kafka")
        kafka.set(true)
        let since = try #require(readiness.conditions.first).since
        try await eventually("the clock moves") { WallClock.milliseconds > since }
        kafka.set(true)
        #expect(readiness.conditions.first?.since == since)
        kafka.set(false)
        #expect(try #require(readiness.conditions.first).since > since)
    }

    @Test("a condition that is added again keeps its state")
    func sameCondition() {
        let readiness = Readiness()
        readiness.condition("kafka").set(true)
        _ = readiness.condition("kafka")
        #expect(readiness.isReady && readiness.conditions.count == 1)
    }

    @Test("only changes of the whole are told")
    func changes() {
        let told = Collector<Bool>()
        let readiness = Readiness { isReady, _ in told.append(isReady) }
        let (first, second) = (readiness.condition("a"), readiness.condition("b"))
        first.set(true)
        first.set(false)
        first.set(true)
        second.set(true)
        second.set(true)
        readiness.beginStopping()
        readiness.beginStopping()
        #expect(told.items == [true, false])
    }

    @Test("a process lives until a check holds it for stuck")
    func liveness() async {
        let stuck = Collector<String>()
        context.liveness.check("loop") { stuck.items.last }
        #expect(await get("/livez") == (200, "{\"alive\":true,\"stuck\":[]}\n"))
        stuck.append("it waits for itself")
        #expect(await get("/livez") == (503, "{\"alive\":false,\"stuck\":[\"loop: it waits for itself\"]}\n"))
    }

    @Test("what makes no progress for too long is stuck, unless it rests")
    func progress() {
        let clock = Clock()
        let progress = Progress(now: { clock.now.load(ordering: .relaxed) })
        let liveness = Liveness()
        liveness.watch("poll", progress, stuckAfter: .seconds(10))
        clock.advance(seconds: 10)
        #expect(liveness.stuck.isEmpty)
        clock.advance(seconds: 1)
        #expect(liveness.stuck.map(\.reason) == ["no progress for 11 s"])
        progress.rest()
        #expect(liveness.stuck.isEmpty)
        progress.made()
        clock.advance(seconds: 12)
        #expect(liveness.stuck.map(\.name) == ["poll"])
        progress.made()
        #expect(liveness.stuck.isEmpty)
    }

    @Test("metrics are served as Prometheus expects them, other paths not at all")
    func metrics() async {
        context.metrics.counter("polls_total", help: "Polls.").add(2)
        let response = await HealthServer.router(context).respond(to: ServerRequest(method: "GET", path: "/metrics"))
        #expect(response.headers.first("content-type") == "text/plain; version=0.0.4; charset=utf-8")
        #expect(await get("/metrics").body.contains("riposte_polls_total 2\n"))
        #expect(await get("/").status == 404)
        #expect(await get("/livez", method: "POST").status == 405)
    }

    @Test("an instance is named by service, host and process")
    func instance() {
        #expect(context.instance.wholeMatch(of: /detector@.+-[0-9]+/) != nil)
    }

    private final class Clock: Sendable {
        let now = Atomic<Int64>(0)
        func advance(seconds: Int64) { now.add(seconds * 1_000_000_000, ordering: .relaxed) }
    }
}
