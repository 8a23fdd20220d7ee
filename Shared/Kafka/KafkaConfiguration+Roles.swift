extension KafkaConfiguration {
    /// librdkafka's settings for a producer.
    ///
    /// - Parameters:
    ///   - linger: how long a record may wait for company in its batch; nil means the configured one, or 5 ms.
    ///   - giveUpAfter: how long a record is tried; nil means for ever, so that none is given up silently.
    public func producer(linger: Duration? = nil, giveUpAfter: Duration? = nil) -> [String: String] {
        var all = common
        all.merge([
            "linger.ms": "5", "compression.type": "lz4",
            "queue.buffering.max.messages": "100000", "queue.buffering.max.kbytes": "65536",
            // Some topics take more than Kafka's usual 1 MB; of the others their own limit decides.
            "message.max.bytes": "2097152",
        ]) { _, new in new }
        all.merge(settings) { _, configured in configured }
        if let linger {
            // Both names mean the same; librdkafka takes whichever is set last, in no order of ours.
            all["queue.buffering.max.ms"] = nil
            all["linger.ms"] = "\(linger.wholeMilliseconds)"
        }
        all.merge([
            "enable.idempotence": "true", "partitioner": "murmur2_random",
            "message.timeout.ms": "\(giveUpAfter.map(\.wholeMilliseconds) ?? 0)",
        ]) { _, fixed in fixed }
        return all
    }

    /// librdkafka's settings for a member of a consumer group.
    public func consumer(group: String) -> [String: String] {
        var all = common
        all.merge([
            "session.timeout.ms": "45000", "max.poll.interval.ms": "300000", "fetch.wait.max.ms": "100",
            // The bound of memory is bytes, for all partitions together. Above either limit librdkafka before 2.2 looks
            // again only after a second: a limit of 1000 records lets 1300 a second through (measured).
            "queued.min.messages": "100000", "queued.max.messages.kbytes": "16384",
        ]) { _, new in new }
        if SettingRules.versionNumber >= 0x0202_00ff { all["fetch.queue.backoff.ms"] = "50" }
        all.merge(settings) { _, configured in configured }
        all.merge(reading(group: group)) { _, fixed in fixed }
        return all
    }

    /// librdkafka's settings for a follower of a whole topic.
    ///
    /// - Parameters:
    ///   - group: a name that nothing is ever committed for; assigning without one fails (`_UNKNOWN_GROUP`).
    ///   - fetchWait: how long a broker without news holds an answer back; also the delay of a new record on the mock.
    ///     A configured `fetch.wait.max.ms` is used instead.
    public func follower(group: String, fetchWait: Duration = .milliseconds(5)) -> [String: String] {
        var all = consumer(group: group)
        all["fetch.wait.max.ms"] = settings["fetch.wait.max.ms"] ?? "\(fetchWait.wholeMilliseconds)"
        // A fetch that found nothing or an error is not to be held back for the half second that is the default.
        all["fetch.error.backoff.ms"] = settings["fetch.error.backoff.ms"] ?? "100"
        all["enable.partition.eof"] = "true"
        return all
    }

    private func reading(group: String) -> [String: String] {
        [
            "group.id": group,
            // Offsets are committed by us, when the outcome of every earlier record is safe.
            "enable.auto.commit": "false", "enable.auto.offset.store": "false", "auto.offset.reset": "earliest",
            // cooperative-sticky has five bugs in 2.0.2: hangs and crashes on close, an endless loop, lost assignments.
            "partition.assignment.strategy": "range",
            "isolation.level": "read_committed", "allow.auto.create.topics": "false",
        ]
    }

    private var common: [String: String] {
        [
            "bootstrap.servers": bootstrapServers, "client.id": clientID,
            // Fixed in 2.0.2, where later versions back off exponentially.
            "retry.backoff.ms": "250",
            // Nagle's algorithm is on by default before 2.10 and holds small requests back.
            "socket.nagle.disable": "true", "socket.keepalive.enable": "true",
        ]
    }

    /// What a user should know about these settings on this librdkafka, for the log.
    var warnings: [String] {
        let mechanism = settings["sasl.mechanism"] ?? settings["sasl.mechanisms"] ?? ""
        var warnings: [String] = []
        if mechanism.hasPrefix("SCRAM"), SettingRules.versionNumber < 0x0206_01ff {
            warnings.append(
                "SASL/SCRAM with librdkafka \(SettingRules.version) cannot log in to Kafka 4; 2.6.1 and newer can")
        }
        if settings["ssl.certificate.pem"] != nil, SettingRules.versionNumber < 0x0208_00ff {
            warnings.append(
                "librdkafka \(SettingRules.version) sends no certificate chain with ssl.certificate.pem; use "
                    + "ssl.certificate.location")
        }
        return warnings
    }
}
