import JSON
import Testing

@testable import Cybereason
@testable import Remediator

@Suite("Machines are asked for together")
struct MachineBoardTests {
    let now = ContinuousClock.now

    static func states(_ states: [String: Bool?], _ completeness: Completeness = .whole) -> ElementStates<MachineState>
    {
        ElementStates(
            found: Dictionary(
                uniqueKeysWithValues: states.map { ($0.key, MachineState(guid: $0.key, isConnected: $0.value)) }),
            completeness: completeness)
    }

    private func answer(_ states: ElementStates<MachineState>, to ids: [String]) -> [String: MachineReading.Answer?] {
        var board = MachineBoard()
        board.want(ids)
        let query = board.nextQuery() ?? []
        board.take(.success(states), to: query, at: now)
        return board.readings.mapValues(\.answer)
    }

    @Test("one question at a time, for all that are wanted")
    func together() {
        var board = MachineBoard()
        board.want(["b", "a"])
        #expect(board.nextQuery() == ["a", "b"])
        board.want(["c"])
        #expect(board.nextQuery() == nil)
        board.take(.success(Self.states(["a": true, "b": false])), to: ["a", "b"], at: now)
        #expect(board.nextQuery() == ["c"])
    }

    @Test("online, offline, not said and not known stay apart")
    func answers() {
        let answers = answer(Self.states(["a": true, "b": false, "c": nil]), to: ["a", "b", "c", "d"])
        #expect(answers == ["a": .online, "b": .offline, "c": .silent, "d": .unknown])
        let single = answer(Self.states([:]), to: ["d"])
        #expect(single == ["d": .unknown])
    }

    @Test("what the console says of a machine beside is kept for whoever judges it")
    func beside() {
        var board = MachineBoard()
        board.want(["a"])
        let query = board.nextQuery() ?? []
        let state = MachineState(
            guid: "a", name: "FIN-WS-014", pylumID: "PYLUM", osType: "WINDOWS", isConnected: true, groups: ["finance"])
        board.take(.success(ElementStates(found: ["a": state], completeness: .whole)), to: query, at: now)
        let reading = board.readings["a"]
        #expect(reading?.name == "FIN-WS-014" && reading?.osType == "WINDOWS" && reading?.groups == ["finance"])
        #expect(reading?.pylumID == "PYLUM")
    }

    @Test("what is missing from a part of the answer is not unknown")
    func partial() throws {
        var board = MachineBoard()
        board.want(["a", "b"])
        let query = board.nextQuery() ?? []
        let part = Self.states(["a": true], .partial(PartialReason(.partialSuccess, "one server is away")))
        board.take(.success(part), to: query, at: now)
        #expect(board.readings["a"]?.answer == .online)
        let missing = try #require(board.readings["b"])
        #expect(missing.answer == nil && missing.failures == 1 && missing.retryAt != nil)
    }

    @Test("an answer under the id's other spelling is the machine that was asked for")
    func otherSpelling() {
        let states = Self.states(["214.4712067068585916413": true, "b": true])
        #expect(answer(states, to: ["AAAA1kFkoAiE4Tf9", "b"]) == ["AAAA1kFkoAiE4Tf9": .online, "b": .online])
    }

    @Test("an answer about another machine says neither that it is connected nor that it is unknown")
    func otherMachine() throws {
        var board = MachineBoard()
        board.want(["51.1", "b"])
        board.take(.success(Self.states(["51.2": true, "b": true])), to: board.nextQuery() ?? [], at: now)
        #expect(board.readings["51.1"]?.answer == nil)
        #expect(board.nextQuery() == ["51.1"])
        board.take(.success(Self.states(["51.2": true])), to: ["51.1"], at: now)
        let reading = try #require(board.readings["51.1"])
        #expect(reading.answer == nil && reading.failures == 1 && reading.retryAt != nil)
        #expect(reading.failure?.contains("another machine") == true)
    }

    @Test("one machine that the console stumbles over does not hold up the others")
    func stumbles() {
        var board = MachineBoard()
        board.want(["a", "b"])
        let refusal = ConsoleError(.rejected, "Bad Request", status: 400)
        board.take(.failure(refusal), to: board.nextQuery() ?? [], at: now)
        #expect(board.nextQuery() == ["a"])
        board.take(.failure(refusal), to: ["a"], at: now)
        #expect(board.readings["a"]?.failures == 1)
        #expect(board.nextQuery() == ["b"])
        board.take(.success(Self.states(["b": true])), to: ["b"], at: now)
        #expect(board.readings["b"]?.answer == .online)
    }

    @Test("a console that is away is asked less and less often, as it wishes")
    func away() {
        var board = MachineBoard()
        for _ in 0..<3 {
            board.want(["a"])
            let error = ConsoleError(.throttled, "no", retryAfter: .seconds(9))
            board.take(.failure(error), to: board.nextQuery() ?? [], at: now)
        }
        #expect(board.readings["a"]?.failures == 3)
        #expect(board.readings["a"]?.retryAt ?? now >= now + .seconds(9))
    }

    @Test("since when an answer is wanted is known until it comes, or until nobody has cared for a while")
    func wantedSince() {
        var board = MachineBoard()
        board.want(["a"], at: now)
        board.take(.failure(ConsoleError(.unavailable, "no")), to: board.nextQuery() ?? [], at: now + .seconds(1))
        board.want(["a"], at: now + .seconds(2))
        #expect(board.readings["a"]?.wantedSince == now)
        board.take(.failure(ConsoleError(.unavailable, "no")), to: board.nextQuery() ?? [], at: now + .seconds(3))
        board.want(["a"], at: now + .seconds(60))
        #expect(board.readings["a"]?.wantedSince == now + .seconds(60))
        board.take(.success(Self.states(["a": true])), to: board.nextQuery() ?? [], at: now + .seconds(61))
        #expect(board.readings["a"]?.wantedSince == nil)
    }

    @Test("a refusal of our account needs a person, a console that is away does not")
    func needsPerson() {
        for kind in [ConsoleError.Kind.badCredentials, .secondFactorRequired, .passwordExpired, .forbidden] {
            var board = MachineBoard()
            board.want(["a"])
            board.take(.failure(ConsoleError(kind, "no")), to: board.nextQuery() ?? [], at: now)
            #expect(board.readings["a"]?.needsPerson == true)
            board.want(["a"])
            board.take(.failure(ConsoleError(.timeout, "no")), to: board.nextQuery() ?? [], at: now)
            #expect(board.readings["a"]?.needsPerson == false)
        }
    }

    @Test("what nobody asks for any more is forgotten")
    func forgets() {
        var board = MachineBoard()
        board.want(["a"])
        board.take(.success(Self.states(["a": true])), to: board.nextQuery() ?? [], at: now)
        board.forget(before: now - .seconds(1))
        #expect(board.readings.count == 1)
        board.forget(before: now + .seconds(1))
        #expect(board.readings.isEmpty)
    }
}
