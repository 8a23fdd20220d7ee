internal import CRdkafka

/// The settings and callbacks that an instance of librdkafka is made with.
enum ClientSettings {
    /// librdkafka's configuration object; the caller hands it to `rd_kafka_new` or destroys it.
    @unsafe static func make(
        _ type: rd_kafka_type_t, _ settings: [String: String], _ mail: ClientMail, statistics: Bool
    ) throws(KafkaError) -> OpaquePointer {
        guard let conf = unsafe rd_kafka_conf_new() else { throw KafkaError(.invalidArgument, "out of memory") }
        var settings = settings
        if statistics { settings["statistics.interval.ms"] = "10000" }
        for (name, value) in settings {
            let (result, words) = unsafe CText.filled { text, size in
                unsafe rd_kafka_conf_set(conf, name, value, text, size)
            }
            guard result == RD_KAFKA_CONF_OK else {
                unsafe rd_kafka_conf_destroy(conf)
                throw KafkaError(.invalidArgument, SettingRules.isSecret(name) ? "\(name) was refused" : words)
            }
        }
        unsafe rd_kafka_conf_set_opaque(conf, Unmanaged.passUnretained(mail).toOpaque())
        unsafe setCallbacks(of: type, on: conf)
        return unsafe conf
    }

    @unsafe private static func setCallbacks(of type: rd_kafka_type_t, on conf: OpaquePointer) {
        // Without it librdkafka writes to standard error.
        unsafe rd_kafka_conf_set_log_cb(conf) { instance, level, facility, text in
            guard let instance = unsafe instance, let opaque = unsafe rd_kafka_opaque(instance) else { return }
            unsafe ClientMail.at(opaque).log(instance, level, facility, text)
        }
        unsafe rd_kafka_conf_set_error_cb(conf) { instance, code, reason, opaque in
            guard let instance = unsafe instance, let opaque = unsafe opaque else { return }
            unsafe ClientMail.at(opaque).failed(instance, rd_kafka_resp_err_t(code), reason)
        }
        unsafe rd_kafka_conf_set_stats_cb(conf) { _, json, length, opaque in
            guard let json = unsafe json, let opaque = unsafe opaque else { return 0 }
            let bytes = unsafe UnsafeRawBufferPointer(start: json, count: length)
            unsafe ClientMail.at(opaque).observer.onStatistics?(Array(bytes))
            return 0  // librdkafka frees the text
        }
        if type == RD_KAFKA_PRODUCER {
            unsafe setProducerCallbacks(on: conf)
        } else {
            unsafe setConsumerCallbacks(on: conf)
        }
    }

    @unsafe private static func setProducerCallbacks(on conf: OpaquePointer) {
        unsafe rd_kafka_conf_set_dr_msg_cb(conf) { _, message, opaque in
            guard let message = unsafe message, let opaque = unsafe opaque else { return }
            unsafe ClientMail.at(opaque).delivered(message)
        }
    }

    @unsafe private static func setConsumerCallbacks(on conf: OpaquePointer) {
        unsafe rd_kafka_conf_set_rebalance_cb(conf) { instance, code, partitions, opaque in
            guard let instance = unsafe instance, let opaque = unsafe opaque else { return }
            unsafe ClientMail.at(opaque).rebalanced(instance, code, partitions)
        }
        unsafe rd_kafka_conf_set_offset_commit_cb(conf) { _, code, offsets, opaque in
            guard let opaque = unsafe opaque else { return }
            unsafe ClientMail.at(opaque).committed(code, offsets)
        }
    }
}
