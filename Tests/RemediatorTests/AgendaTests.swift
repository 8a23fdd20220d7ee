import Testing

@testable import Remediator

@Suite("Who is next")
struct AgendaTests {
    /// Everyone who is taken out, in order.
    private func rest(_ agenda: Agenda<Int>) -> [String] {
        var agenda = agenda
        var ids: [String] = []
        while let id = agenda.popFirst() { ids.append(id) }
        return ids
    }

    @Test("the least place comes first, each id once, whatever was entered or taken back before")
    func order() {
        var agenda = Agenda<Int>()
        for (index, place) in [5, 3, 9, 1, 7].enumerated() { agenda["id\(index)"] = place }
        agenda["id3"] = nil
        agenda["id0"] = 8
        agenda["id1"] = 4
        agenda["id1"] = 3
        #expect(agenda.first == 3 && agenda.count == 4)
        #expect(rest(agenda) == ["id1", "id4", "id0", "id2"])
    }

    @Test("nothing is taken out whose place is behind the limit")
    func limit() {
        var agenda = Agenda<Int>()
        #expect(agenda.popFirst(upTo: 9) == nil)
        agenda["a"] = 2
        #expect(agenda.popFirst(upTo: 1) == nil)
        #expect(agenda.popFirst(upTo: 2) == "a")
        #expect(agenda.first == nil && agenda.count == 0)
    }

    @Test("as a sorted list would have it, for many that change their places", arguments: 0..<20)
    func random(seed: Int) {
        var agenda = Agenda<Int>()
        var places: [String: Int] = [:]
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
        for _ in 0..<2000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let id = "\((state >> 33) % 50)"
            let place = Int((state >> 40) % 1_000_000)
            let entry = state >> 60 < 5 ? nil : place
            (agenda[id], places[id]) = (entry, entry)
            #expect(agenda.first == places.values.min())
        }
        #expect(agenda.count == places.count)
        #expect(rest(agenda).compactMap { places[$0] } == places.values.sorted())
    }

    @Test("an answer about some machines concerns those who asked for one of them, as they asked last")
    func askers() {
        var askers = MachineAskers()
        askers.add("r", asking: ["a", "b"])
        askers.add("s", asking: ["b"])
        askers.add("t", asking: ["c"])
        #expect(askers.askers(of: ["a"]) == ["r"])
        #expect(askers.askers(of: ["b", "c"]) == ["r", "s", "t"])
        askers.add("r", asking: ["c"])
        askers.remove("t")
        #expect(askers.askers(of: ["a", "b"]) == ["s"])
        #expect(askers.askers(of: ["c"]) == ["r"])
        #expect(askers.askers(of: ["unheard-of"]).isEmpty)
    }
}
