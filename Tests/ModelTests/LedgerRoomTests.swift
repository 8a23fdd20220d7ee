import JSON
import Model
import Testing

/// Who waits longest for room under a cap is next.
@Suite struct LedgerRoomTests {
    let anna = Writer("anna")
    var story = LedgerStory()

    /// Fills a cap of as many actions, and lets the others be accepted and held by it, one after another.
    private mutating func wait(_ reason: Reason = .hourCap, for ids: (id: String, actions: [ActionTarget])...) {
        for (id, actions) in ids {
            story.allows(anna.accepts(id, Ask.request(actions)), anna.holds(id, because: reason))
        }
    }

    private func excess(_ id: String, _ caps: RateCaps) throws -> Reason? {
        let request = try #require(story[id])
        return story.ledger.excess(of: request, under: caps, at: story.now)?.reason
    }

    private static func kills(_ count: Int, _ name: String, on machine: String? = nil) -> [ActionTarget] {
        (0..<count).map { Ask.kill("\(name)\($0)", on: machine ?? "\(name)\($0)") }
    }

    @Test("The oldest takes the room, younger ones what it leaves")
    mutating func oldest() throws {
        wait(for: ("a", Self.kills(2, "a")), ("b", Self.kills(1, "b")), ("c", Self.kills(1, "c")))
        let caps = RateCaps(actionsPerHour: 3)
        #expect(try excess("a", caps) == nil && excess("b", caps) == nil)
        #expect(try excess("c", caps) == .hourCap)
        story.allows(anna.intends("a", under: caps))
        #expect(try excess("b", caps) == nil && excess("c", caps) == .hourCap)
    }

    @Test("A large request finds its room although small ones come all the while; its words tell them why they wait")
    mutating func large() throws {
        wait(for: ("large", Self.kills(3, "l")))
        let caps = RateCaps(actionsPerHour: 3)
        story.allows(anna.accepts("small", to: Ask.kill("s", on: "s")))
        let small = try #require(story["small"])
        let found = try #require(story.ledger.excess(of: small, under: caps, at: story.now))
        #expect(found.reason == .hourCap && found.words.contains("3 more waited for by older requests"))
        #expect(try excess("large", caps) == nil)
    }

    @Test("Who waits no more, or whose time has passed, is not waited for")
    mutating func gone() throws {
        let caps = RateCaps(actionsPerHour: 1)
        wait(for: ("ends", Self.kills(1, "e")), ("offline", Self.kills(1, "o")), ("next", Self.kills(1, "n")))
        #expect(try excess("next", caps) == .hourCap)
        story.allows(anna.ends("ends", as: .expired))
        #expect(try excess("next", caps) == .hourCap)
        story.allows(anna.holds("offline", because: .machineOffline))
        #expect(try excess("next", caps) == nil)

        var late = Ask.request(Self.kills(1, "late"))
        late.notAfter = story.now + .seconds(60)
        story.allows(anna.accepts("late", late), anna.holds("late", because: .hourCap))
        story.allows(anna.accepts("last", to: Ask.kill("last", on: "last")))
        story.allows(anna.ends("next", as: .expired))
        #expect(try excess("last", caps) == .hourCap)
        story.silence += .seconds(61)
        #expect(try excess("last", caps) == nil)
    }

    @Test("Who waits for room on one machine keeps nobody from others")
    mutating func otherCap() throws {
        let caps = RateCaps(actionsPerMachineAndHour: 1, actionsPerHour: 2)
        wait(.machineHourCap, for: ("a", Self.kills(1, "a", on: "m")), ("b", Self.kills(1, "b", on: "m")))
        wait(for: ("c", Self.kills(1, "c", on: "n")), ("d", Self.kills(1, "d", on: "m")))
        #expect(try excess("a", caps) == nil && excess("b", caps) == .machineHourCap)
        #expect(try excess("c", caps) == nil && excess("d", caps) == .machineHourCap)
    }

    @Test("Machines that were acted on, or are the same, are no further ones")
    mutating func machines() throws {
        let caps = RateCaps(machinesPerHour: 2)
        story.allows(anna.accepts("sent", to: Ask.kill("s", on: "m1")), anna.intends("sent", under: caps))
        wait(.machinesHourCap, for: ("a", Self.kills(1, "a", on: "m2")), ("b", Self.kills(1, "b", on: "m2")))
        wait(.machinesHourCap, for: ("c", Self.kills(1, "c", on: "m3")), ("d", Self.kills(1, "d", on: "m1")))
        #expect(try excess("a", caps) == nil && excess("b", caps) == nil && excess("d", caps) == nil)
        #expect(try excess("c", caps) == .machinesHourCap)
    }

    @Test("What takes something back finds room under a cap that was lowered below what was sent")
    mutating func lowered() throws {
        let before = RateCaps(actionsPerHour: 2), now = RateCaps(actionsPerHour: 1)
        story.allows(anna.accepts("a", to: Self.kills(2, "a")[0], Self.kills(2, "a")[1]))
        story.allows(anna.intends("a", under: before))
        story.allows(anna.accepts("u", to: ActionTarget(machineId: "m", targetId: "q", actionType: .unquarantineFile)))
        #expect(try excess("u", now) == nil)
    }

    @Test("An attempt over a cap, which is never sent, is in nobody's way")
    mutating func notFiring() throws {
        let caps = RateCaps(actionsPerHour: 1)
        story.allows(anna.accepts("a", to: Ask.kill("x", on: "m1")), anna.intends("a", under: caps))
        story.allows(anna.accepts("b", to: Ask.kill("y")), anna.accepts("c", to: Ask.kill("y")))
        guard case .overCap = story.add(anna.intends("b", under: caps)) else { throw Missing() }
        #expect(story.ledger.conflict(for: try #require(story["c"])) == nil)
        story.allows(anna.intends("c"))
    }

    private struct Missing: Error {}
}
