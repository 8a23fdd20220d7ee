internal import CMicrohttpd

/// libmicrohttpd's response object.
@safe struct Reply {
    private let pointer: OpaquePointer

    /// Nil if the stream of `response` belongs to another answer, or memory is out.
    init?(_ response: ServerResponse, for exchange: Exchange, _ supervisor: Supervisor) {
        let made: OpaquePointer?
        switch (response.body, response.ending) {
        case (.stream(let stream), _):
            let link = StreamLink(connection: exchange.connection, id: exchange.id, supervisor: supervisor)
            guard stream.attach(link) else { return nil }
            unsafe made = unsafe Self.streamed(StreamSource(stream, link))
        case (.bytes(let bytes), .truncated(let length)):
            unsafe made = unsafe Self.truncated(TruncatedSource(bytes), length: length)
        case (.bytes(let bytes), _):
            unsafe made = unsafe bytes.withUnsafeBytes { bytes in
                unsafe MHD_create_response_from_buffer(
                    bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), .RESPMEM_MUST_COPY)
            }
        }
        guard let made = unsafe made else { return nil }
        unsafe pointer = unsafe made
    }

    /// False if name or value cannot stand in a header.
    func add(_ name: String, _ value: String) -> Bool {
        if value.isEmpty { return true }
        return unsafe MHD_add_response_header(pointer, name, value) == .YES
    }

    func queue(on connection: ConnectionHandle, status: Int) -> Bool {
        unsafe MHD_queue_response(connection.pointer, UInt32(status), pointer) == .YES
    }

    /// Gives up this side's hold; libmicrohttpd keeps its own until the answer is sent.
    func release() {
        unsafe MHD_destroy_response(pointer)
    }
}

/// Bodies that libmicrohttpd pulls.
extension Reply {
    private static let endOfStream = -1
    private static let endWithError = -2

    /// The stream and where it goes, as long as libmicrohttpd reads it.
    private final class StreamSource: Sendable {
        let stream: EventStream
        let link: StreamLink
        init(_ stream: EventStream, _ link: StreamLink) {
            self.stream = stream
            self.link = link
        }
    }

    private final class TruncatedSource: Sendable {
        let bytes: [UInt8]
        init(_ bytes: [UInt8]) { self.bytes = bytes }
    }

    private static func streamed(_ source: StreamSource) -> OpaquePointer? {
        let context = unsafe Unmanaged.passRetained(source).toOpaque()
        return unsafe MHD_create_response_from_callback(
            UInt64.max, 4096,
            { context, _, buffer, size in
                guard let context = unsafe context else { return Reply.endWithError }
                let source = unsafe Unmanaged<StreamSource>.fromOpaque(context).takeUnretainedValue()
                let reading = unsafe source.stream.read(
                    into: UnsafeMutableRawBufferPointer(start: buffer, count: size))
                source.link.supervisor.reply(source.link.id, isWaiting: reading == .wait)
                return switch reading {
                case .bytes(let count): count
                case .wait: 0
                case .end: Reply.endOfStream
                case .broken: Reply.endWithError
                }
            }, context,
            { context in
                guard let context = unsafe context else { return }
                unsafe Unmanaged<StreamSource>.fromOpaque(context).takeRetainedValue().stream.released()
            })
    }

    private static func truncated(_ source: TruncatedSource, length: Int) -> OpaquePointer? {
        let context = unsafe Unmanaged.passRetained(source).toOpaque()
        return unsafe MHD_create_response_from_callback(
            UInt64(clamping: length), 4096,
            { context, position, buffer, size in
                guard let context = unsafe context, let buffer = unsafe buffer else { return Reply.endWithError }
                let bytes = unsafe Unmanaged<TruncatedSource>.fromOpaque(context).takeUnretainedValue().bytes
                let rest = bytes.dropFirst(Int(clamping: position)).prefix(size)
                guard !rest.isEmpty else { return Reply.endWithError }
                unsafe UnsafeMutableRawBufferPointer(start: buffer, count: size).copyBytes(from: rest)
                return rest.count
            }, context,
            { context in
                guard let context = unsafe context else { return }
                unsafe Unmanaged<TruncatedSource>.fromOpaque(context).release()
            })
    }
}
