internal import CRdkafka

/// What may be set from outside, asked of the librdkafka that is really linked.
enum SettingRules {
    /// Settings that delivery rests on, or that belong to a client's role, and who decides them.
    private static let protected: [String: String] = {
        let delivery = "it is fixed because no record may be lost"
        let role = "each client of a service sets its own"
        let tests = "it is for tests of librdkafka"
        var reasons: [String: String] = [:]
        for name in [
            "enable.idempotence", "enable.gapless.guarantee", "acks", "request.required.acks", "transactional.id",
            "max.in.flight", "max.in.flight.requests.per.connection", "retries", "message.send.max.retries",
            "message.timeout.ms", "delivery.timeout.ms", "enable.auto.commit", "auto.commit.enable",
            "auto.commit.interval.ms", "enable.auto.offset.store", "auto.offset.reset", "isolation.level",
            "partition.assignment.strategy", "group.protocol", "group.remote.assignor", "offset.store.method",
            "queuing.strategy",
        ] { reasons[name] = delivery }
        reasons["delivery.report.only.error"] = "every record's acknowledgement is waited for"
        // A dead member would keep its partitions, and librdkafka can hang or be fenced for good (issue 3437).
        reasons["group.instance.id"] = "members of a group are not static"
        for name in ["partitioner", "msg_order_cmp"] {
            reasons[name] = "records of one key must go to the same partition as from Java's clients"
        }
        for name in [
            "group.id", "client.id", "bootstrap.servers", "metadata.broker.list", "enable.partition.eof",
            "allow.auto.create.topics", "statistics.interval.ms", "log.queue", "enabled_events",
        ] { reasons[name] = role }
        for name in ["test.mock.num.brokers", "test.mock.broker.rtt"] { reasons[name] = tests }
        reasons["plugin.library.paths"] = "it would load foreign code"
        return reasons
    }()

    /// Settings whose values must not be shown.
    static func isSecret(_ name: String) -> Bool {
        let marks = ["password", "secret", "key.pem", "oauthbearer.config", "token"]
        return marks.contains { name.contains($0) } && !name.hasSuffix(".url")
    }

    /// Whether librdkafka has a setting of this name. Asked by setting it, for reading one that has no value also says
    /// "unknown".
    static func exists(_ name: String) -> Bool {
        let configuration = unsafe rd_kafka_conf_new()
        defer { unsafe rd_kafka_conf_destroy(configuration) }
        return unsafe rd_kafka_conf_set(configuration, name, "", nil, 0) != RD_KAFKA_CONF_UNKNOWN
    }

    /// What is wrong with a setting, in one sentence that starts with `key`; nil when it may be used.
    static func problem(name: String, value: String, shownAs key: String) -> String? {
        if let reason = protected[name] { return "\(key) cannot be set: \(reason)" }
        // Before 2.6.1 fetching from a follower can loop for ever (librdkafka issue 4616).
        if name == "client.rack", versionNumber < 0x0206_01ff {
            return "\(key) cannot be set: librdkafka \(version) may loop when it reads from a follower"
        }
        guard exists(name) else { return "\(key) is not a setting of librdkafka \(version) (\(name))" }
        return refusal(name: name, value: value).map { "\(key): \($0)" }
    }

    /// The version of the library that is linked, for example `2.0.2`.
    static var version: String { unsafe String(cString: rd_kafka_version_str()) }

    /// The same as a number, for example 0x020002ff.
    static var versionNumber: Int32 { rd_kafka_version() }

    /// librdkafka's own words against a value, without the value of a secret.
    private static func refusal(name: String, value: String) -> String? {
        let configuration = unsafe rd_kafka_conf_new()
        defer { unsafe rd_kafka_conf_destroy(configuration) }
        let (result, words) = unsafe CText.filled { text, size in
            unsafe rd_kafka_conf_set(configuration, name, value, text, size)
        }
        guard result != RD_KAFKA_CONF_OK else { return nil }
        return isSecret(name) ? "its value was refused" : words
    }
}
