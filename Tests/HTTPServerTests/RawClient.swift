import Glibc

/// What a raw client saw of the connection's end.
enum ConnectionEnd: Equatable {
    case closed, reset, silent
}

/// A blocking TCP client that sends exactly what it is told. Used on a thread of its own only: see `talk(to:_:)`.
struct RawClient {
    /// How long a read waits before it calls the server silent.
    var patience: Int = 10_000
    private let descriptor: Int32

    init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
        }
        guard code == 0 else {
            let error = errno
            Glibc.close(descriptor)
            throw Failure.system("connect", error)
        }
    }

    enum Failure: Error { case system(String, Int32), noAnswer(String) }

    /// False if the server no longer takes it.
    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// One read: the bytes, or how the connection ended.
    func read() -> Result<[UInt8], EndError> {
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard Glibc.poll(&poll, 1, Int32(patience)) > 0 else { return .failure(EndError(end: .silent)) }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count > 0 { return .success(Array(buffer.prefix(count))) }
        return .failure(EndError(end: count == 0 ? .closed : .reset))
    }

    struct EndError: Error { let end: ConnectionEnd }

    /// Everything until the connection ends.
    func readToEnd() -> (text: String, end: ConnectionEnd) {
        var bytes: [UInt8] = []
        while true {
            switch read() {
            case .success(let more): bytes += more
            case .failure(let error): return (String(decoding: bytes, as: UTF8.self), error.end)
            }
        }
    }

    /// Reads until `marker` has come.
    func read(until marker: String) throws -> String {
        var text = ""
        while !text.contains(marker) {
            guard case .success(let more) = read() else { throw Failure.noAnswer(text) }
            text += String(decoding: more, as: UTF8.self)
        }
        return text
    }

    /// Reads one answer with a `Content-Length`.
    func readAnswer(withoutBody: Bool = false) throws -> RawAnswer {
        var bytes: [UInt8] = []
        while true {
            if let answer = RawAnswer(bytes, withoutBody: withoutBody) { return answer }
            guard case .success(let more) = read() else {
                throw Failure.noAnswer(String(decoding: bytes, as: UTF8.self))
            }
            bytes += more
        }
    }

    /// No more to send; the answer is still read.
    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    func close() { Glibc.close(descriptor) }

    /// Ends with RST.
    func reset() {
        var none = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &none, socklen_t(MemoryLayout<linger>.size))
        close()
    }
}

/// A whole answer as it came.
struct RawAnswer {
    let status: Int
    let head: String
    let body: String

    /// Nil if the bytes are not a whole answer yet.
    init?(_ bytes: [UInt8], withoutBody: Bool = false) {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
        head = String(text[..<end.lowerBound])
        let status = Int(head.split(separator: " ").dropFirst().first ?? "") ?? 0
        let rest = text[end.upperBound...]
        let length = Self.header("Content-Length", in: head).flatMap { Int($0) } ?? 0
        guard withoutBody || rest.utf8.count >= length else { return nil }
        body = withoutBody ? String(rest) : String(decoding: rest.utf8.prefix(length), as: UTF8.self)
        self.status = status
    }

    func header(_ name: String) -> String? { Self.header(name, in: head) }

    private static func header(_ name: String, in head: String) -> String? {
        head.split(separator: "\r\n").dropFirst().first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
            .map { String($0.drop { $0 != ":" }.dropFirst().drop { $0 == " " }) }
    }
}

private final class ThreadBody: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// Runs blocking code on a thread of its own, because Swift's threads must not block.
func onThread<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
    try await withCheckedThrowingContinuation { continuation in
        let start = Unmanaged.passRetained(ThreadBody { continuation.resume(with: Result(catching: body)) })
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { context in
                context.map { Unmanaged<ThreadBody>.fromOpaque($0).takeRetainedValue().run() }
                return nil
            }, start.toOpaque())
        pthread_detach(thread)
    }
}

/// Connects and lets `body` talk.
func talk<R: Sendable>(to port: UInt16, _ body: @escaping @Sendable (RawClient) throws -> R) async throws -> R {
    try await onThread {
        let client = try RawClient(port: port)
        defer { client.close() }
        return try body(client)
    }
}
