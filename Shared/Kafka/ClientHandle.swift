internal import CRdkafka

/// A queue of librdkafka: what a poll serves, and what can be yielded to interrupt that poll.
@safe struct KafkaQueue: @unchecked Sendable {
    /// Valid as long as the client's handle.
    let pointer: OpaquePointer
}

/// One instance of librdkafka, which is safe to use from several threads.
///
/// It is destroyed in the background when the last reference goes, so that a thread inside a blocking call keeps it
/// alive, and nobody waits for a destruction that hangs (2.0.2 can hang when a consumed partition was deleted).
@safe final class ClientHandle: @unchecked Sendable {
    /// The instance.
    let pointer: OpaquePointer
    /// The queue that delivers everything: records, reports, rebalances, errors, statistics.
    let queue: KafkaQueue
    /// What the callbacks of librdkafka leave for the owner.
    let mail: ClientMail
    private let isConsumer: Bool
    private let isShutDown = Monitor(false)

    /// Makes an instance.
    ///
    /// - Throws: `KafkaError` with `.invalidArgument` when librdkafka refuses the settings, for example an unreadable
    ///   certificate.
    init(
        _ type: rd_kafka_type_t, _ settings: [String: String], _ configuration: KafkaConfiguration,
        _ observer: KafkaObserver
    ) throws(KafkaError) {
        let mail = ClientMail(observer: observer, secrets: configuration.secrets)
        let conf = try unsafe ClientSettings.make(type, settings, mail, statistics: observer.onStatistics != nil)
        let (instance, words) = unsafe CText.filled { text, size in unsafe rd_kafka_new(type, conf, text, size) }
        guard let instance = unsafe instance else {
            unsafe rd_kafka_conf_destroy(conf)  // rd_kafka_new takes it over only when it succeeds
            throw KafkaError(.invalidArgument, mail.withoutSecrets(words))
        }
        isConsumer = type == RD_KAFKA_CONSUMER
        if isConsumer { unsafe rd_kafka_poll_set_consumer(instance) }
        guard let queue = unsafe isConsumer ? rd_kafka_queue_get_consumer(instance) : rd_kafka_queue_get_main(instance)
        else {
            unsafe rd_kafka_destroy(instance)
            throw KafkaError(.invalidArgument, "the client has no queue: a consumer needs a group")
        }
        unsafe self.pointer = instance
        self.queue = unsafe KafkaQueue(pointer: queue)
        self.mail = mail
        for warning in configuration.warnings {
            observer.onLog(KafkaLogLine(client: configuration.clientID, level: 4, facility: "CONFIG", text: warning))
        }
    }

    deinit {
        shutDown()
    }

    /// Closes (a consumer leaves its group) and destroys the instance on a thread of its own. After this, and on all
    /// threads, nothing may use it any more. The latch opens when it is done, which may be never.
    @discardableResult
    func shutDown() -> Latch {
        let done = Latch()
        let isFirst = isShutDown.withLock { isShutDown in
            defer { isShutDown = true }
            return !isShutDown
        }
        guard isFirst else {
            done.open()
            return done
        }
        mail.close()
        let remains = unsafe Remains(pointer: pointer, queue: queue, mail: mail, isConsumer: isConsumer)
        OwnThread.start("kafka-close") {
            remains.destroy()
            done.open()
        }
        return done
    }

    /// The fatal error that librdkafka has met, if any.
    var fatalError: KafkaError? { unsafe ClientMail.fatalError(of: pointer) }
}

/// What is left to be destroyed; keeps the mail, which callbacks reach by its address until the very end.
@safe private struct Remains: @unchecked Sendable {
    let pointer: OpaquePointer
    let queue: KafkaQueue
    let mail: ClientMail
    let isConsumer: Bool

    func destroy() {
        withExtendedLifetime(mail) {
            if isConsumer { unsafe rd_kafka_consumer_close(pointer) }
            unsafe rd_kafka_queue_destroy(queue.pointer)
            unsafe rd_kafka_destroy_flags(pointer, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
        }
    }
}
