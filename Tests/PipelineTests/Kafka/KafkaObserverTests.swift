import Kafka
import Pipeline
import Runtime
import Testing

@Suite("What librdkafka says and counts") struct KafkaObserverTests {
    private let capture = LogCapture()
    private let metrics = Metrics()

    private var observer: KafkaObserver {
        .wired(to: Logger(label: "test", level: .debug, sink: capture.sink), metrics: metrics)
    }

    @Test(
        "its log lines are ours, at most as warnings: it mends most by itself",
        arguments: [
            (0, "warning"), (3, "warning"), (4, "info"), (6, "info"), (7, "debug"),
        ])
    func levels(severity: Int, level: String) {
        observer.onLog(KafkaLogLine(client: "tracker#consumer-1", level: severity, facility: "FAIL", text: "no \"x\""))
        #expect(capture.lines.count == 1)
        for part in [
            #""level":"\#(level)""#, #""kafka.facility":"FAIL""#, #""kafka.client":"tracker#consumer-1""#,
            #""text":"no \"x\"""#,
        ] { #expect(capture.lines[0].contains(part)) }
    }

    @Test("errors are counted by name; only those that do not pass by themselves are logged")
    func errors() {
        observer.onError(KafkaError(.allBrokersDown))
        observer.onError(KafkaError(.allBrokersDown))
        #expect(capture.lines.isEmpty)
        observer.onError(KafkaError(.topicAuthorizationFailed, "not yours"))
        #expect(capture.contains(message: "kafka client error") && capture.lines[0].contains("not yours"))
        let text = metrics.render()
        #expect(text.contains(#"riposte_kafka_errors_total{error="_ALL_BROKERS_DOWN"} 2"#))
        #expect(text.contains(#"riposte_kafka_errors_total{error="TOPIC_AUTHORIZATION_FAILED"} 1"#))
    }

    private func statistics(_ type: String) -> [UInt8] {
        Array(
            """
            {"name":"t#1","type":"\(type)","brokers":{
              "a:9092/bootstrap":{"nodeid":-1,"state":"UP"},"a:9092/1":{"nodeid":1,"state":"UP"},
              "b:9092/2":{"nodeid":2,"state":"CONNECT"},"GroupCoordinator":{"nodeid":-1,"state":"UP"}},
             "topics":{"orders":{"partitions":{"0":{"committed_offset":17,"lo_offset":3},"-1":{}}}}}
            """.utf8)
    }

    @Test("statistics become the brokers that are up")
    func statistics() {
        observer.onStatistics?(statistics("consumer"))
        #expect(metrics.render().contains(#"riposte_kafka_connected_brokers{client="consumer"} 1"#))
    }

    @Test("statistics that cannot be read change nothing", arguments: ["", "[]", "{", #"{"brokers":7,"topics":[1]}"#])
    func junk(text: String) {
        observer.onStatistics?(Array(text.utf8))
        #expect(!metrics.render().contains("} 1"))
    }
}
