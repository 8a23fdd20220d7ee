import HTTPServer
import Synchronization

/// The one owner of the ``World``: it gives it the time, lets faults strike, and turns answers into bytes.
final class SimulatorMachine: Sendable {
    private struct State: Sendable {
        var world: World
        /// What the simulated time is ahead of the real time, in milliseconds.
        var offset: Int64 = 0
    }

    private let state: Mutex<State>
    private let realTime: @Sendable () -> Int64

    init(scenario: Scenario, realTime: @escaping @Sendable () -> Int64) throws(ScenarioError) {
        state = Mutex(State(world: try World(scenario, now: realTime())))
        self.realTime = realTime
    }

    /// Answers a request as one of the two servers.
    func respond(to incoming: ServerRequest, as server: ServerRole) async -> ServerResponse {
        let request = Request(incoming, server: server)
        if request.segments.first == "_simulator" || request.path == "/livez" || request.path == "/readyz" {
            return administer(request)
        }
        let fault = withWorld { world in
            world.counters.count(request)
            return world.faults.strike(request, now: world.now)
        }
        if let fault, fault.kind == .slow && fault.phase == .before { await pause(fault.delayMs) }
        let (answer, now) = withWorld { world in (carryOut(request, fault, &world), world.now) }
        if let fault, fault.kind == .slow && fault.phase == .after { await pause(fault.delayMs) }
        return response(to: answer, fault, now: now)
    }

    /// Reads and changes the world directly, at the simulated time of now.
    @discardableResult
    func withWorld<R: Sendable>(_ body: (inout World) -> R) -> R {
        state.withLock { state in
            state.world.advance(to: realTime() + state.offset)
            return body(&state.world)
        }
    }

    /// Moves the simulated time forward.
    func advance(milliseconds: Int64) {
        state.withLock { $0.offset += max(0, milliseconds) }
        withWorld { _ in }
    }

    private func carryOut(_ request: Request, _ fault: Fault?, _ world: inout World) -> Answer {
        if fault?.kind == .expiredSession, let id = request.cookie("JSESSIONID") { world.sessions.end(id) }
        let isCarriedOut = fault?.carriesOut ?? true
        let isExpired = fault?.kind == .expiredSession
        let truth = isCarriedOut || isExpired ? world.answer(request) : nil
        let answer = fault?.applied(to: truth, now: world.now) ?? truth ?? Answer()
        let isCut = fault?.kind == .cut || fault?.kind == .refuse
        world.counters.count(request, answered: isCut ? 0 : answer.status)
        return answer
    }

    /// Lasts its time also when the client has gone: what is carried out late is carried out all the same, and not sooner.
    private func pause(_ milliseconds: Int64) async {
        await Task { try? await Task.sleep(for: .milliseconds(milliseconds)) }.value
    }

    private func response(to answer: Answer, _ fault: Fault?, now: Int64) -> ServerResponse {
        var response = ServerResponse(answer)
        response.headers.set("Date", HTTPDate.string(milliseconds: now))
        switch fault?.kind {
        case .refuse: return .cut(reset: true)
        case .cut: return .cut(reset: false)
        case .truncated: return response.cutInHalf
        default: return response
        }
    }

    private func administer(_ request: Request) -> ServerResponse {
        let (answer, now) = state.withLock { state in
            state.world.advance(to: realTime() + state.offset)
            let answer = state.world.administer(request, offset: &state.offset)
            state.world.advance(to: realTime() + state.offset)
            return (answer, state.world.now)
        }
        return response(to: answer, nil, now: now)
    }
}

extension ServerResponse {
    fileprivate init(_ answer: Answer) {
        self.init(status: answer.status)
        for header in answer.headers { headers.add(header.name, header.value) }
        switch answer.content {
        case .empty: break
        case .text(let text, let type):
            headers.set("Content-Type", type)
            body = .bytes(Array(text.utf8))
        case .json(let document):
            headers.set("Content-Type", "application/json")
            body = .bytes(document.json)
        }
    }

    /// Half of the body, under headers that promise all of it.
    fileprivate var cutInHalf: ServerResponse {
        guard case .bytes(let bytes) = body else { return self }
        var half = self
        half.body = .bytes(Array(bytes.prefix(bytes.count / 2)))
        return half.truncated(claimedLength: max(bytes.count, 1))
    }
}

extension Request {
    fileprivate init(_ incoming: ServerRequest, server: ServerRole) {
        self.server = server
        method = incoming.method
        path = incoming.path
        segments = incoming.rawPath.split(separator: "/").map { PathCoding.decode($0) }
        query = incoming.query
        headers = incoming.headers.fields.map { ($0.name.lowercased(), $0.value) }
        body = incoming.body
    }
}

/// Decoding of one part of a path, where a plus sign is a plus sign.
enum PathCoding {
    static func decode(_ text: Substring) -> String {
        FormCoding.decode(text.replacing("+", with: "%2B"))
    }
}
