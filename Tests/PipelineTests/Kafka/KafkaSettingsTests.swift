import Kafka
import Model
import Pipeline
import Runtime
import Testing

@Suite("Kafka's settings") struct KafkaSettingsTests {
    private func read(_ environment: [String: String]) -> (settings: KafkaSettings, problems: [String]) {
        var reader = ConfigurationReader(environment: environment)
        let settings = KafkaSettings(reading: &reader, clientID: "tracker")
        do {
            try reader.finish()
            return (settings, [])
        } catch {
            return (settings, error.problems)
        }
    }

    private let servers = ["KAFKA_BOOTSTRAP_SERVERS": "one:9092,two:9092"]

    @Test("the servers are enough; the rest has its defaults")
    func defaults() {
        let (settings, problems) = read(servers)
        #expect(problems == [])
        #expect(settings.kafka.bootstrapServers == "one:9092,two:9092" && settings.kafka.clientID == "tracker")
        #expect(settings.prefix == "riposte." && settings.checksTopics)
    }

    @Test("everything can be set, and what is set to nothing counts as not set")
    func all() {
        let (settings, problems) = read(
            servers.merging([
                "KAFKA_SECURITY_PROTOCOL": "", "KAFKA_SASL_PASSWORD": "", "KAFKA_SOCKET_TIMEOUT_MS": "1234",
                "TOPIC_PREFIX": "team-a_1.", "TOPICS_CHECK": "off",
            ]) { $1 })
        #expect(problems == [])
        #expect(settings.kafka.settings == ["socket.timeout.ms": "1234"])
        #expect(settings.prefix == "team-a_1." && !settings.checksTopics)
    }

    @Test("each wrong value is named with its key, all at once")
    func wrong() throws {
        let (_, problems) = read([
            "KAFKA_SECURITY_PROTOCOL": "tls", "KAFKA_NO_SUCH_SETTING": "1", "KAFKA_ACKS": "0",
            "TOPIC_PREFIX": "our topics/", "TOPICS_CHECK": "maybe",
        ])
        for key in [
            "KAFKA_BOOTSTRAP_SERVERS", "KAFKA_SECURITY_PROTOCOL", "KAFKA_NO_SUCH_SETTING", "KAFKA_ACKS",
            "TOPIC_PREFIX", "TOPICS_CHECK",
        ] { #expect(problems.contains { $0.contains(key) }, "\(key) in \(problems)") }
        #expect(problems.count == 6)
        #expect(problems.contains { $0.contains("'our topics/'") && $0.contains("letters") })
    }

    @Test("a secret is used and never shown")
    func secrets() {
        let (settings, problems) = read(
            servers.merging([
                "KAFKA_SASL_PASSWORD": "hunter22", "KAFKA_SSL_KEY_PASSWORD": "swordfish",
                "KAFKA_SASL_MECHANISM": "NOPE",
            ]) { $1 })
        #expect(!problems.contains { $0.contains("hunter22") || $0.contains("swordfish") })
        let good = read(servers.merging(["KAFKA_SASL_PASSWORD": "hunter22"]) { $1 }).settings
        #expect(good.kafka.settings["sasl.password"] == "hunter22")
        var dumped = ""
        dump(good, to: &dumped)
        for text in ["\(good)", "\(settings)", dumped, String(reflecting: good)] { #expect(!text.contains("hunter22")) }
    }

    @Test("help lists every key")
    func help() {
        var reader = ConfigurationReader(environment: [:])
        _ = KafkaSettings(reading: &reader, clientID: "x")
        for key in ["KAFKA_BOOTSTRAP_SERVERS", "KAFKA_", "TOPIC_PREFIX", "TOPICS_CHECK"] {
            #expect(reader.help.contains(key))
        }
    }
}
