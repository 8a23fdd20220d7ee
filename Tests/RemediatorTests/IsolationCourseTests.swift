import JSON
import Model
import Pipeline
import Testing

@testable import Cybereason
@testable import Remediator

@Suite("A machine is isolated by a command, whose answer is all that there is")
struct IsolationCourseTests {
    static func story(_ action: ActionType = .isolateMachine, malop: String? = "11.27") -> CourseStory {
        var story = CourseStory(malop: malop, action: action, target: CourseStory.machine)
        story.machines[CourseStory.machine]?.pylumID = "P1"
        return story
    }

    static func order(_ story: CourseStory) throws -> IsolationOrder {
        try #require(IsolationOrder(story.request.request, machines: story.machines))
    }

    @Test("it is sent to the sensor of the machine, and a success ends the request")
    func succeeded() throws {
        for (action, isolates) in [(ActionType.isolateMachine, true), (.unisolateMachine, false)] {
            var story = Self.story(action)
            #expect(story.next() == .fire(attempt: 1))
            let order = try Self.order(story)
            #expect(order.isolates == isolates && order.pylumIDs == ["P1"] && order.malopID == "11.27")
            story.command(order, ["P1": .succeeded])
            #expect(story.request.end?.state == .succeeded && story.request.end?.reason == .completed)
            #expect(story.request.end?.actions.map(\.state) == [.succeeded])
            #expect(story.request.end?.actions.map(\.platformStatus) == ["Succeeded"])
        }
    }

    @Test(
        "what the console says was not done is a failure, in its words",
        arguments: ["UnknownProbe", "NotSupported", "UnauthorizedUser", "Failed", "ProbeRemoved", "FailedSending"])
    func failed(word: String) throws {
        var story = Self.story()
        story.command(try Self.order(story), ["P1": IsolationResult(rawValue: word)])
        #expect(story.request.end?.state == .failed && story.request.end?.reason == .isolationFailed)
        #expect(story.request.end?.detail == "the console answered for m1: \(word)")
        #expect(story.request.end?.actions.map(\.platformStatus) == [word])
    }

    @Test(
        "what leaves it open is uncertain, looked for at the machine and never sent again",
        arguments: ["Primed", "Disconnected", "Timeout", "TimeoutSending", "partialResponse", "SomethingNew", nil])
    func open(word: String?) throws {
        var story = Self.story()
        let words = word.map { ["P1": IsolationResult(rawValue: $0)] } ?? ["P9": .succeeded]
        story.command(try Self.order(story), words)
        #expect(story.request.phase == .uncertain && story.request.reason == .isolationPending)
        #expect(story.request.answers.map(\.platformStatus) == [word])
        story.wait(story.rules.inFlightWindow)
        for _ in 0..<2 {
            // The malop's list has remediations, and a command is none.
            #expect(story.next() == .see(story.request.request.targets))
            story.show([])
            story.wait(story.rules.lookGap)
        }
        #expect(story.writeNext()?.kind == .parked)
        story.wait(.seconds(3600))
        story.show(Set(story.request.request.targets))
        #expect(story.writeNext()?.kind == .ended)
        #expect(story.request.end?.state == .succeeded && story.request.end?.reason == .seenByEffect)
    }

    @Test("a process that dies between sending and telling leaves a machine to be looked at, not to be sent again")
    func crash() throws {
        var story = Self.story()
        story.intend()
        _ = story.course.mayHandOver(attempt: 1)
        story.crash()
        story.wait(story.rules.inFlightWindow)
        #expect(story.writeNext()?.kind == .uncertain)
        #expect(story.next() == .see(story.request.request.targets))
        story.show(Set(story.request.request.targets))
        story.writeNext()
        #expect(story.request.end?.reason == .seenByEffect && story.request.attempt == 1)
    }

    @Test("a failure after an attempt that may yet be carried out is a person's, a success is one")
    func doubted() throws {
        let order = try Self.order(Self.story())
        let failure = IsolationAnswer(["P1": .failed], to: order).draft(of: 2, isDoubted: true)
        #expect(failure.kind == .parked)
        let success = IsolationAnswer(["P1": .succeeded], to: order).draft(of: 2, isDoubted: true)
        #expect(success.kind == .ended && success.state == .succeeded && success.attempt == 2)
    }

    @Test("of several machines each has its own end")
    func several() throws {
        var request = RemediationRequest()
        let machines = ["m1": "P1", "m2": "P2", "m3": "P1"]
        for machine in machines.keys {
            request.actionsByMachine[machine] = [RemediationAction(targetId: machine, actionType: .isolateMachine)]
        }
        let order = try #require(IsolationOrder(request, machines: machines.mapValues { MachineReading(pylumID: $0) }))
        #expect(order.pylumIDs == ["P1", "P2"], "each sensor once")
        let partial = IsolationAnswer(["P1": .succeeded, "P2": .unknownProbe], to: order)
        let draft = partial.draft(of: 1, isDoubted: false)
        #expect(draft.state == .partial && draft.reason == .isolationFailed)
        #expect(partial.actions.map(\.state) == [.succeeded, .failed, .succeeded])
        let open = IsolationAnswer(["P1": .succeeded, "P2": .primed], to: order).draft(of: 1, isDoubted: false)
        #expect(open.kind == .uncertain && open.detail?.contains("when the sensor is back") == true)
    }

    @Test("it stands in no request with another action, nor with its opposite, and its target is the machine itself")
    func refused() {
        func fault(_ actions: [String: [(String, ActionType)]]) -> Reason? {
            var request = RemediationRequest()
            request.actionsByMachine = actions.mapValues { list in
                list.map { RemediationAction(targetId: $0.0, actionType: $0.1) }
            }
            return request.isolationFault?.reason
        }
        #expect(fault(["m": [("m", .isolateMachine), ("p", .killProcess)]]) == .mixedActions)
        #expect(fault(["m": [("m", .isolateMachine)], "n": [("n", .unisolateMachine)]]) == .mixedActions)
        #expect(fault(["m": [("p", .isolateMachine)]]) == .wrongSchema)
        #expect(fault(["m": [("m", .isolateMachine)], "n": [("n", .isolateMachine)]]) == nil)
        #expect(fault(["214.4712067068585916413": [("AAAA1kFkoAiE4Tf9", .unisolateMachine)]]) == nil, "two spellings")
        #expect(fault(["m": [("p", .killProcess)]]) == nil)
    }

    @Test("a machine whose sensor the console does not name is refused, and one that is away is waited for")
    func sensors() {
        var story = Self.story()
        story.machines[CourseStory.machine]?.pylumID = nil
        let draft = story.draft()
        #expect(draft?.kind == .refused && draft?.reason == .machineUnknown)
        #expect(draft?.detail?.contains("does not name the sensor of m1") == true)
        story = Self.story()
        story.machines[CourseStory.machine]?.answer = .offline
        #expect(story.draft()?.reason == .machineOffline)
        #expect(CourseStory().next() == .fire(attempt: 1), "only isolation needs it")
    }
}

extension CourseStory {
    /// Sends an isolation command and learns this answer.
    fileprivate mutating func command(
        _ order: IsolationOrder, _ words: [String: IsolationResult], attempt: Int = 1
    ) {
        intend(attempt)
        _ = course.mayHandOver(attempt: attempt)
        write(course.outcome(.isolation(.answered(words), of: order), of: attempt, at: now))
        course.finish()
    }
}
