import TestSupport
import Testing

@testable import Pipeline

@Suite("Changes for a listener", .timeLimit(.minutes(1))) struct ChangeFeedTests {
    @Test("what changes while it is busy comes as one set, each id once")
    func gathers() async {
        let feed = ChangeFeed()
        for number in 0..<10_000 { feed.tell(["r-\(number % 3)"]) }
        var changes = feed.stream.makeAsyncIterator()
        #expect(await changes.next() == ["r-0", "r-1", "r-2"])
        feed.tell(["r-4"])
        #expect(await changes.next() == ["r-4"])
    }

    @Test("a listener that waits is told, and told of the end after the last change")
    func waits() async throws {
        let feed = ChangeFeed()
        let seen = Collector<Set<String>>()
        let listening = Task { for await ids in feed.stream { seen.append(ids) } }
        feed.tell(["a"])
        try await eventually("told") { seen.items == [["a"]] }
        feed.tell(["b"])
        feed.end()
        await listening.value
        #expect(seen.items == [["a"], ["b"]])
        feed.tell(["c"])
    }

    @Test("a listener that is cancelled while it waits ends")
    func cancelled() async throws {
        let feed = ChangeFeed()
        let listening = Task { for await _ in feed.stream {} }
        for _ in 0..<100 { await Task.yield() }
        listening.cancel()
        await listening.value
    }
}
