internal import CRdkafka

/// A Kafka cluster inside this process, which librdkafka brings along for tests: topics, groups, idempotent producing and
/// injected errors, in memory, on loopback.
///
/// It has no administration, TLS, transactions or compaction, keeps about 5 MB a partition, and a group's first member
/// waits 3 s for others. Any number of clients, of other processes too, connect through `bootstrapServers`.
@safe public final class MockCluster: @unchecked Sendable {
    /// Where clients connect to.
    public let bootstrapServers: String
    private let instance: OpaquePointer
    private let cluster: OpaquePointer

    /// Starts a cluster of so many brokers, numbered from 1.
    ///
    /// - Throws: `KafkaError` when librdkafka cannot make it.
    public init(brokers: Int = 1) throws(KafkaError) {
        let conf = unsafe rd_kafka_conf_new()
        unsafe rd_kafka_conf_set_log_cb(conf) { _, _, _, _ in }
        let (made, words) = unsafe CText.filled { text, size in
            unsafe rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, size)
        }
        guard let made = unsafe made else {
            unsafe rd_kafka_conf_destroy(conf)
            throw KafkaError(.invalidArgument, words)
        }
        guard let cluster = unsafe rd_kafka_mock_cluster_new(made, Int32(brokers)) else {
            unsafe rd_kafka_destroy(made)
            throw KafkaError(.invalidArgument, "no mock cluster of \(brokers) brokers")
        }
        unsafe self.instance = made
        unsafe self.cluster = cluster
        unsafe bootstrapServers = String(cString: rd_kafka_mock_cluster_bootstraps(cluster))
    }

    deinit {
        let remains = unsafe MockRemains(instance: instance, cluster: cluster)
        OwnThread.start("kafka-mock-end") { remains.destroy() }
    }

    /// Makes a topic. A topic that is asked for without having been made appears with four partitions.
    public func createTopic(_ name: String, partitions: Int = 1, replicas: Int = 1) throws(KafkaError) {
        let code = unsafe rd_kafka_mock_topic_create(cluster, name, Int32(partitions), Int32(replicas))
        if let error = KafkaError(code) { throw error }
    }

    /// The requests that errors can be injected into, by Kafka's number for them.
    public enum Request: Int16, Sendable {
        case produce = 0
        case fetch = 1
        case listOffsets = 2
        case metadata = 3
        case offsetCommit = 8
        case offsetFetch = 9
        case findCoordinator = 10
        case joinGroup = 11
        case heartbeat = 12
        case leaveGroup = 13
        case syncGroup = 14
        case initProducerID = 22
    }

    /// Lets the next requests of a kind fail with these errors, one each; `.transport` cuts the connection.
    public func push(_ errors: [KafkaError.Code], into request: Request) {
        let codes = errors.map { rd_kafka_resp_err_t($0.rawValue) }
        unsafe codes.withUnsafeBufferPointer { codes in
            unsafe rd_kafka_mock_push_request_errors_array(
                cluster, request.rawValue, codes.count, codes.baseAddress)
        }
    }

    /// Takes back errors that no request has met yet.
    public func clearErrors(of request: Request) {
        unsafe rd_kafka_mock_clear_request_errors(cluster, request.rawValue)
    }

    /// Lets a topic answer everything with an error; nil mends it.
    public func setError(_ error: KafkaError.Code?, topic: String) {
        unsafe rd_kafka_mock_topic_set_error(cluster, topic, rd_kafka_resp_err_t(error?.rawValue ?? 0))
    }

    /// Cuts all connections of a broker and accepts no new ones, until `bringUp`.
    public func takeDown(broker: Int32 = 1) {
        unsafe _ = rd_kafka_mock_broker_set_down(cluster, broker)
    }

    /// Lets a broker accept connections again.
    public func bringUp(broker: Int32 = 1) {
        unsafe _ = rd_kafka_mock_broker_set_up(cluster, broker)
    }

    /// Delays every answer of a broker by so much.
    public func setRoundTrip(_ time: Duration, broker: Int32 = 1) {
        unsafe _ = rd_kafka_mock_broker_set_rtt(cluster, broker, time.wholeMilliseconds)
    }

    /// Makes a broker the leader of a partition; nil leaves it without one.
    public func setLeader(_ broker: Int32?, topic: String, partition: Int32) {
        unsafe _ = rd_kafka_mock_partition_set_leader(cluster, topic, partition, broker ?? -1)
    }

    /// Makes a broker the coordinator of a consumer group.
    public func setCoordinator(_ broker: Int32, group: String) {
        unsafe _ = rd_kafka_mock_coordinator_set(cluster, "group", group, broker)
    }
}

/// What is left of a cluster to be destroyed, which waits for its thread.
@safe private struct MockRemains: @unchecked Sendable {
    let instance: OpaquePointer
    let cluster: OpaquePointer

    func destroy() {
        unsafe rd_kafka_mock_cluster_destroy(cluster)
        unsafe rd_kafka_destroy(instance)
    }
}
