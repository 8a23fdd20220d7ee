internal import Kafka
internal import Synchronization

/// What librdkafka's log says while nobody answers: why, which its errors do not tell.
final class KafkaComplaints: Sendable {
    private let lines = Mutex<[String]>([])

    /// Hands the log over to this, without what is for librdkafka's own developers.
    var observer: KafkaObserver {
        KafkaObserver(onLog: { [self] line in
            guard line.level <= 6 else { return }
            lines.withLock { lines in
                if lines.count < 100 { lines.append(line.text) }
            }
        })
    }

    /// All lines so far.
    var texts: [String] { lines.withLock { $0 } }
}

/// Why Kafka cannot be reached, and what to do about it. Pure.
enum KafkaTrouble {
    /// The sentence for an error, with the words of librdkafka that say most.
    static func finding(_ error: KafkaError, complaints: [String], servers: String) -> Finding {
        let all = complaints + [error.message]
        // What was said about a login or a certificate says more than that the connection ended.
        let told = advices.lazy.compactMap { advice in
            all.last { text in advice.signs.contains { text.contains($0) } }.map { (told: $0, advice: advice.text) }
        }.first
        let reason = told?.told ?? complaints.last ?? error.description
        return Finding(.fail, "kafka", "\(servers): \(PlainText.line(reason))\n\(told?.advice ?? usual)")
    }

    private static let usual =
        "Is KAFKA_BOOTSTRAP_SERVERS right, and can this host reach it? Everything waits until it is back"

    /// What librdkafka and OpenSSL say, the most telling first.
    private static let advices: [(signs: [String], text: String)] = [
        (
            [
                "SASL authentication error", "Authentication failed", "SASL SCRAM", "SASL mechanism",
                "AUTHENTICATION_FAILED",
            ],
            "Kafka refused the login: check KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD_FILE."
                + " librdkafka before 2.6.1 cannot log in by SCRAM to Kafka 4"
        ),
        (
            ["certificate verify failed", "Host name mismatch", "IP address mismatch"],
            "The broker's certificate is not trusted: KAFKA_SSL_CA_LOCATION must be the authority that it comes from, and"
                + " the certificate must name the host that KAFKA_BOOTSTRAP_SERVERS and the broker's listener name"
        ),
        (
            [
                "wrong version number", "unknown protocol", "record layer failure", "packet length too long",
                "unexpected eof",
            ],
            "This listener does not speak TLS, or KAFKA_BOOTSTRAP_SERVERS names another one than that of TLS: check"
                + " KAFKA_SECURITY_PROTOCOL"
        ),
        (
            [
                "certificate required", "bad certificate", "unknown ca", "certificate unknown", "certificate expired",
                "handshake failure", "SSL handshake failed",
            ],
            "Kafka did not take our certificate: KAFKA_SSL_CERTIFICATE_LOCATION and KAFKA_SSL_KEY_LOCATION must be one"
                + " that its authority signed and that has not expired"
        ),
        (
            ["connecting to a SSL listener", "connecting to a SASL listener", "incorrect security.protocol"],
            "The listener wants another way of connecting: KAFKA_SECURITY_PROTOCOL is ssl for TLS with certificates,"
                + " sasl_ssl for TLS with passwords"
        ),
        (
            ["Failed to resolve", "Name or service not known", "Temporary failure in name resolution"],
            "The name is not known here: check KAFKA_BOOTSTRAP_SERVERS, and the names that the brokers advertise"
        ),
        (
            ["Connection refused"],
            "Nothing listens there: check KAFKA_BOOTSTRAP_SERVERS, and the names that the brokers advertise. Everything"
                + " waits until it is back"
        ),
    ]

    /// What a refusal by the authorizer needs, by whom.
    static func advice(_ error: KafkaError) -> String? {
        guard [.topicAuthorizationFailed, .groupAuthorizationFailed, .clusterAuthorizationFailed].contains(error.code)
        else { return nil }
        return "This principal is not allowed it: 'riposte topics acls' prints what each role needs"
    }
}
