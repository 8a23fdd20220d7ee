import Kafka
import Pipeline
import TestSupport
import Testing

@Suite("Writing until Kafka takes it") struct WrittenTests {
    struct Away: Error {}

    private static let quick = Backoff(base: .milliseconds(1), limit: .milliseconds(1))

    /// What comes of tries that end with these errors, one after the other, and then well.
    private func write(_ errors: [any Error]) async -> (Written<Int>, tries: Int, failures: [Int]) {
        var (tries, failures) = (0, [Int]())
        let written = await Written.persistently(backoff: Self.quick, failed: { failures.append($1) }) {
            () throws -> Int in
            tries += 1
            guard tries > errors.count else { throw errors[tries - 1] }
            return tries
        }
        return (written, tries, failures)
    }

    @Test("what may come back is waited for, and each failure told")
    func later() async {
        let errors: [any Error] = [KafkaError(.topicAuthorizationFailed), KafkaError(.timedOut), Away()]
        let (written, tries, failures) = await write(errors)
        guard case .done(4) = written else {
            Issue.record("\(written)")
            return
        }
        #expect(tries == 4 && failures == [1, 2, 3])
    }

    @Test(
        "a record that Kafka never takes is tried once",
        arguments: [.messageTooLarge, .invalidRecord] as [KafkaError.Code])
    func never(code: KafkaError.Code) async {
        let (written, tries, failures) = await write([KafkaError(code)])
        guard case .refused(let error) = written else {
            Issue.record("\(written)")
            return
        }
        #expect(error.code == code && tries == 1 && failures.isEmpty)
    }

    @Test(
        "with a client that can write nothing any more it is tried once",
        arguments: [
            KafkaError(.closed), KafkaError(.timedOut, isFatal: true), KafkaError(.messageTooLarge, isFatal: true),
        ])
    func hopeless(error: KafkaError) async {
        let (written, tries, _) = await write([error])
        guard case .ended = written else {
            Issue.record("\(written)")
            return
        }
        #expect(tries == 1)
    }

    @Test("a cancelled task tries once, and the pause between two tries ends with the task")
    func cancelled() async throws {
        let tries = Collector<Int>()
        let task = Task {
            await Written<Void>.persistently(
                backoff: Backoff(base: .seconds(600), limit: .seconds(600)), failed: { _, _ in }
            ) {
                tries.append(1)
                throw Away()
            }
        }
        try await eventually("it was tried") { tries.count > 0 }
        task.cancel()
        guard case .ended = await task.value else {
            Issue.record("not ended")
            return
        }
        let late = Task {
            try? await AsyncGate().wait()
            return await Written<Int>.persistently(failed: { _, _ in }) { 1 }
        }
        late.cancel()
        guard case .done(1) = await late.value else {
            Issue.record("not done")
            return
        }
    }
}
