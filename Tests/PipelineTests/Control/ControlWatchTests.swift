import Kafka
import Model
import Pipeline
import Runtime
import TestSupport
import Testing

@Suite("The halt switch", .timeLimit(.minutes(2))) struct ControlWatchTests {
    private func watching(
        _ instance: Instance, _ body: (ControlWatch) async throws -> Void
    ) async throws {
        let watch = try instance.control()
        let components: [any Component] = [
            ProducerComponent(instance.producer), FollowingComponent(watch, readiness: instance.context.readiness),
        ]
        try await running(components) { try await body(watch) }
    }

    @Test("unknown before it was read, halted while nobody has ever allowed anything", .kafka)
    func empty() async throws {
        let deployment = try await Deployment()
        let instance = try Instance(deployment)
        let unread = try instance.control()
        #expect(unread.signal == .unknown)
        try await watching(instance) { watch in
            guard case .halted(let by, let reason) = watch.signal else {
                Issue.record("\(watch.signal)")
                return
            }
            #expect(by == "nobody" && reason?.contains("riposte resume") == true)
            #expect(instance.metrics.contains("riposte_halted 1"))
            #expect(instance.log.contains(message: "remediation is halted: the switch has no value"))
        }
    }

    @Test("follows the operators: allowed, halted with name and reason, allowed again, removed", .kafka)
    func operators() async throws {
        let deployment = try await Deployment()
        try await deployment.halt(false)
        let instance = try Instance(deployment)
        try await watching(instance) { watch in
            #expect(watch.signal == .clear)
            #expect(instance.metrics.contains("riposte_halted 0"))
            var halt = Samples.halt(true, by: "ann")
            halt.reason = "exercise"
            try await deployment.publisher.publish(halt, key: ControlSwitch.halt, to: Topics.control)
            try await eventually("halted") { watch.signal == .halted(by: "ann", reason: "exercise") }
            try await deployment.halt(false)
            try await eventually("clear again") { watch.signal == .clear }
            try await deployment.publisher.forget([ControlSwitch.halt], on: Topics.control)
            try await eventually("halted without a switch") {
                if case .halted(by: "nobody", _) = watch.signal { true } else { false }
            }
        }
        #expect(instance.log.contains(message: "remediation is halted"))
        #expect(instance.log.contains(message: "remediation is allowed"))
    }

    @Test("a record that cannot be read halts until the next one, and is kept", .kafka)
    func unreadable() async throws {
        let deployment = try await Deployment()
        try await deployment.halt(false)
        let instance = try Instance(deployment)
        try await watching(instance) { watch in
            try await deployment.send(raw: Array("stop!".utf8), key: ControlSwitch.halt, to: Topics.control)
            try await eventually("halted") {
                if case .halted(by: "unreadable record", let reason) = watch.signal {
                    reason?.contains("not-json") == true
                } else {
                    false
                }
            }
            try await eventually("kept") { try await deployment.events(of: Topics.deadLetters).count == 1 }
            try await deployment.halt(false)
            try await eventually("clear again") { watch.signal == .clear }
        }
    }

    @Test("what is written under another key, or says another name, halts: it may have been meant to", .kafka)
    func otherKeys() async throws {
        let deployment = try await Deployment()
        let instance = try Instance(deployment)
        var other = Samples.halt(false, by: "x")
        other.name = "other"
        try await watching(instance) { watch in
            for (key, value) in [("HALT", Samples.halt(true, by: "x")), ("other", other), ("halt", other)] {
                try await deployment.halt(false)
                try await eventually("clear before \(key)") { watch.signal == .clear }
                try await deployment.publisher.publish(value, key: key, to: Topics.control)
                try await eventually("halted by \(key)") {
                    if case .halted(by: "unreadable record", _) = watch.signal { true } else { false }
                }
            }
            // Cleaning up allows nothing.
            try await deployment.publisher.forget(["HALT", "other"], on: Topics.control)
            try await deployment.send(raw: Array("junk".utf8), key: "junk", to: Topics.control)
            try await eventually("all are kept") { try await deployment.events(of: Topics.deadLetters).count == 4 }
            #expect(watch.signal != .clear)
            try await deployment.halt(false)
            try await eventually("clear again") { watch.signal == .clear }
        }
    }

    @Test("is unknown when it cannot be read any more, and known again when it can", .mockKafka)
    func stale() async throws {
        let deployment = try await Deployment()
        let mock = try #require(try KafkaTrait.current.mock)
        try await deployment.halt(false)
        try await watching(try Instance(deployment)) { watch in
            #expect(watch.signal == .clear)
            mock.takeDown()
            try await eventually("unknown") { watch.signal == .unknown }
            mock.bringUp()
            try await eventually("clear again") { watch.signal == .clear }
        }
    }
}
