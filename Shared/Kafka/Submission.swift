internal import CRdkafka

/// Handing one record to librdkafka, which copies it.
enum Submission {
    /// - Parameter number: comes back in the record's report.
    /// - Returns: why librdkafka did not take it; `.queueFull` is worth another try.
    static func submit(_ record: OutgoingRecord, number: UInt, to handle: ClientHandle) -> KafkaError? {
        // -1 would mean "any" to librdkafka.
        if let partition = record.partition, partition < 0 {
            return KafkaError(.unknownPartition, "\(record.topic) has no partition \(partition)")
        }
        let headers = unsafe makeHeaders(record.headers)
        let code = unsafe record.topic.withCString { topic in
            unsafe withBytes(record.key) { key in
                unsafe withBytes(record.value) { value in
                    unsafe withUnsafeTemporaryAllocation(of: rd_kafka_vu_t.self, capacity: 7) { arguments in
                        unsafe fill(arguments, topic, record.partition ?? -1, key, value, number)
                        unsafe arguments[6].vtype = RD_KAFKA_VTYPE_HEADERS
                        unsafe arguments[6].u.headers = headers
                        let count = unsafe headers == nil ? 6 : 7
                        return unsafe take(rd_kafka_produceva(handle.pointer, arguments.baseAddress, count))
                    }
                }
            }
        }
        guard let code else { return nil }
        // librdkafka owns the headers only of what it has taken.
        if let headers = unsafe headers { unsafe rd_kafka_headers_destroy(headers) }
        return code
    }

    /// Headers as one list of ours: given singly, librdkafka before 2.12 frees them twice when it refuses the record
    /// (seen under Address Sanitizer on 2.0.2).
    @unsafe private static func makeHeaders(_ headers: [KafkaHeader]) -> OpaquePointer? {
        guard !headers.isEmpty else { return nil }
        let list = unsafe rd_kafka_headers_new(headers.count)
        for header in headers {
            unsafe withBytes(header.value) { value in
                unsafe _ = rd_kafka_header_add(list, header.name, -1, value.baseAddress, value.count)
            }
        }
        return unsafe list
    }

    @unsafe private static func fill(
        _ arguments: UnsafeMutableBufferPointer<rd_kafka_vu_t>, _ topic: UnsafePointer<CChar>, _ partition: Int32,
        _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, _ number: UInt
    ) {
        unsafe arguments.initialize(repeating: rd_kafka_vu_t())
        unsafe arguments[0].vtype = RD_KAFKA_VTYPE_TOPIC
        unsafe arguments[0].u.cstr = topic
        unsafe arguments[1].vtype = RD_KAFKA_VTYPE_PARTITION
        unsafe arguments[1].u.i32 = partition
        unsafe arguments[2].vtype = RD_KAFKA_VTYPE_KEY
        unsafe arguments[2].u.mem.ptr = UnsafeMutableRawPointer(mutating: key.baseAddress)
        unsafe arguments[2].u.mem.size = key.count
        unsafe arguments[3].vtype = RD_KAFKA_VTYPE_VALUE
        unsafe arguments[3].u.mem.ptr = UnsafeMutableRawPointer(mutating: value.baseAddress)
        unsafe arguments[3].u.mem.size = value.count
        unsafe arguments[4].vtype = RD_KAFKA_VTYPE_MSGFLAGS
        unsafe arguments[4].u.i = RD_KAFKA_MSG_F_COPY
        unsafe arguments[5].vtype = RD_KAFKA_VTYPE_OPAQUE
        unsafe arguments[5].u.ptr = UnsafeMutableRawPointer(bitPattern: number)
    }

    /// Lends bytes to C: nil as a null pointer, and empty as a pointer that is not null, for librdkafka takes a null value
    /// for a tombstone and a null key for none.
    @unsafe private static func withBytes<Result>(
        _ bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        guard let bytes else { return unsafe body(UnsafeRawBufferPointer(start: nil, count: 0)) }
        guard !bytes.isEmpty else {
            return unsafe withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { place in
                unsafe body(UnsafeRawBufferPointer(start: place.baseAddress, count: 0))
            }
        }
        return unsafe bytes.withUnsafeBytes { unsafe body($0) }
    }

    @unsafe private static func take(_ error: OpaquePointer?) -> KafkaError? {
        guard let error = unsafe error else { return nil }
        defer { unsafe rd_kafka_error_destroy(error) }
        return unsafe KafkaError(rd_kafka_error_code(error), String(cString: rd_kafka_error_string(error)))
    }
}
