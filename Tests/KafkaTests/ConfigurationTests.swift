import FoundationEssentials
import Kafka
import Testing

@Suite struct ConfigurationTests {
    private func problems(_ environment: [String: String]) -> [String] {
        do throws(KafkaConfigurationError) {
            _ = try KafkaConfiguration(environment: environment)
            return []
        } catch {
            return error.problems
        }
    }

    @Test("settings of librdkafka come from the environment, dots as underscores") func passThrough() throws {
        let configuration = try KafkaConfiguration(environment: [
            "KAFKA_BOOTSTRAP_SERVERS": "a:1,b:2", "KAFKA_CLIENT_ID": "me", "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
            "KAFKA_SSL_CA_LOCATION": "/etc/ca.pem", "KAFKA_SASL_USERNAME": "u", "KAFKA_COMPRESSION_TYPE": "zstd",
            "PATH": "/bin", "KAFKALIKE": "1",
        ])
        #expect(configuration.bootstrapServers == "a:1,b:2")
        #expect(configuration.clientID == "me")
        #expect(configuration.settings["security.protocol"] == "SASL_SSL")
        #expect(configuration.settings["ssl.ca.location"] == "/etc/ca.pem")
        let producer = configuration.producer()
        #expect(producer["compression.type"] == "zstd")
        #expect(producer["sasl.username"] == "u")
        #expect(configuration.consumer(group: "g")["bootstrap.servers"] == "a:1,b:2")
    }

    @Test("all that is wrong is told at once, with the key") func allProblems() {
        let found = problems([
            "KAFKA_NO_SUCH_THING": "1", "KAFKA_ACKS": "1", "KAFKA_ENABLE_AUTO_COMMIT": "true",
            "KAFKA_SECURITY_PROTOCOL": "TELNET", "KAFKA_CLIENT_ID": String(repeating: "x", count: 41),
        ])
        #expect(found.count == 6)
        for key in [
            "BOOTSTRAP_SERVERS", "NO_SUCH_THING", "ACKS", "ENABLE_AUTO_COMMIT", "SECURITY_PROTOCOL", "CLIENT_ID",
        ] {
            #expect(found.contains { $0.hasPrefix("KAFKA_\(key)") }, "\(key) in \(found)")
        }
    }

    @Test(
        "what delivery rests on cannot be set",
        arguments: [
            "enable.idempotence", "acks", "enable.auto.commit", "enable.auto.offset.store", "isolation.level",
            "partition.assignment.strategy", "partitioner", "message.timeout.ms", "group.id", "plugin.library.paths",
            "delivery.report.only.error", "group.instance.id", "group.protocol",
        ])
    func protected(name: String) {
        let key = "KAFKA_" + name.replacing(".", with: "_").uppercased()
        let found = problems(["KAFKA_BOOTSTRAP_SERVERS": "a:1", key: "1"])
        #expect(found.count == 1 && found[0].hasPrefix("\(key) cannot be set"), "\(found)")
        #expect(throws: KafkaConfigurationError.self) {
            try KafkaConfiguration(bootstrapServers: "a:1", settings: [name: "1"])
        }
    }

    @Test("a secret may come from a file, whose last line break is not part of it") func secretFile() throws {
        let path = "/tmp/riposte-secret-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(FileManager.default.createFile(atPath: path, contents: Data("hunter two \r\n".utf8)))
        let configuration = try KafkaConfiguration(environment: [
            "KAFKA_BOOTSTRAP_SERVERS": "a:1", "KAFKA_SASL_PASSWORD_FILE": path,
        ])
        #expect(configuration.settings["sasl.password"] == "hunter two ")
        let both = problems([
            "KAFKA_BOOTSTRAP_SERVERS": "a:1", "KAFKA_SASL_PASSWORD_FILE": path, "KAFKA_SASL_PASSWORD": "x",
        ])
        #expect(both.count == 1 && both[0].contains("KAFKA_SASL_PASSWORD_FILE"))
        #expect(problems(["KAFKA_BOOTSTRAP_SERVERS": "a:1", "KAFKA_SASL_PASSWORD_FILE": "/no/such"]).count == 1)
    }

    @Test("a file without an end is refused, not read") func endlessFile() {
        let found = problems(["KAFKA_BOOTSTRAP_SERVERS": "a:1", "KAFKA_SASL_PASSWORD_FILE": "/dev/zero"])
        #expect(found.count == 1 && found[0].contains("larger than"), "\(found)")
    }

    @Test("settings whose own names have underscores can be set") func underscores() throws {
        let configuration = try KafkaConfiguration(environment: [
            "KAFKA_BOOTSTRAP_SERVERS": "a:1", "KAFKA_LOG_LEVEL": "7", "KAFKA_LOG_CONNECTION_CLOSE": "false",
        ])
        #expect(configuration.settings == ["log_level": "7", "log.connection.close": "false"])
    }

    @Test("secrets are in no description") func noSecrets() throws {
        let configuration = try KafkaConfiguration(
            bootstrapServers: "a:1", settings: ["sasl.password": "hunter2", "ssl.key.password": "hunter3"])
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(text.contains("sasl.password=[secret]"))
            #expect(!text.contains("hunter"))
        }
    }

    @Test("what Kubernetes adds for a service named kafka is not taken for settings") func kubernetes() {
        #expect(
            problems([
                "KAFKA_BOOTSTRAP_SERVERS": "kafka:9092", "KAFKA_SERVICE_HOST": "10.0.0.1", "KAFKA_SERVICE_PORT": "9092",
                "KAFKA_SERVICE_PORT_CLIENT": "9092", "KAFKA_PORT": "tcp://10.0.0.1:9092",
                "KAFKA_PORT_9092_TCP_ADDR": "10.0.0.1", "KAFKA_UI_SERVICE_HOST": "10.0.0.2",
                "KAFKA_UI_SERVICE_PORT_HTTP": "80", "KAFKA_UI_PORT": "tcp://10.0.0.2:80",
                "KAFKA_UI_PORT_80_TCP": "tcp://10.0.0.2:80", "KAFKA_UI_PORT_80_TCP_PROTO": "tcp",
            ]).isEmpty)
    }

    @Test("what only resembles Kubernetes's variables is a setting") func notKubernetes() throws {
        let configuration = try KafkaConfiguration(environment: [
            "KAFKA_BOOTSTRAP_SERVERS": "kafka:9092", "KAFKA_SASL_KERBEROS_SERVICE_NAME": "kafka",
        ])
        #expect(configuration.settings["sasl.kerberos.service.name"] == "kafka")
        #expect(problems(["KAFKA_BOOTSTRAP_SERVERS": "a:1", "KAFKA_UI_PORT_HTTP": "1"]).count == 1)
    }

    @Test("the safe settings win over everything") func roles() throws {
        let configuration = try KafkaConfiguration(bootstrapServers: "a:1", settings: ["linger.ms": "50"])
        #expect(configuration.producer()["linger.ms"] == "50")
        let ledger = configuration.producer(linger: .zero)
        #expect(ledger["linger.ms"] == "0")
        #expect(ledger["enable.idempotence"] == "true")
        #expect(ledger["message.timeout.ms"] == "0")
        let follower = configuration.follower(group: "f")
        #expect(follower["group.id"] == "f")
        #expect(follower["fetch.wait.max.ms"] == "5")
        let patient = try KafkaConfiguration(bootstrapServers: "a:1", settings: ["fetch.wait.max.ms": "70"])
        #expect(patient.follower(group: "f")["fetch.wait.max.ms"] == "70")
        #expect(follower["enable.auto.commit"] == "false")
        #expect(configuration.consumer(group: "g")["partition.assignment.strategy"] == "range")
    }

    @Test("a certificate that cannot be read is refused when the client is made") func badCertificate() throws {
        let configuration = try KafkaConfiguration(
            bootstrapServers: "a:1", settings: ["security.protocol": "ssl", "ssl.ca.location": "/no/such.pem"])
        #expect(throws: KafkaError.self) { try KafkaProducer(configuration) }
    }
}
