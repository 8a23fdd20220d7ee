import Dispatch
import Glibc
import JSON

@testable import Simulator

/// An answer as its bytes were on the wire.
struct RawResponse: Sendable {
    enum Ending: Sendable, Equatable { case whole, closedEarly, reset }

    var status = 0
    var headers: [(name: String, value: String)] = []
    var body: [UInt8] = []
    var ending = Ending.whole

    func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    func all(_ name: String) -> [String] {
        headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }

    var text: String { String(decoding: body, as: UTF8.self) }

    func json() throws -> Document { try Document(json: body) }

    /// The session's id that the answer hands out.
    var sessionID: String? {
        all("Set-Cookie").first { $0.hasPrefix("JSESSIONID=") }.map { cookie in
            String(cookie.dropFirst("JSESSIONID=".count).prefix { $0 != ";" })
        }
    }
}

/// The smallest HTTP client that could do: one request, one connection, nothing interpreted.
///
/// Its blocking calls run on a queue of each request's own: a concurrent queue would take the threads that tasks share.
struct RawClient: Sendable {
    let port: UInt16

    /// - Parameter patience: How long it waits for each part of an answer, in milliseconds; then it goes away.
    func send(
        _ method: String, _ path: String, headers: [String: String] = [:], body: String? = nil, patience: Int = 20_000
    ) async -> RawResponse {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) { head += "\(name): \(value)\r\n" }
        if let body { head += "Content-Length: \(body.utf8.count)\r\n" }
        let bytes = Array((head + "\r\n" + (body ?? "")).utf8)
        return await withCheckedContinuation { continuation in
            DispatchQueue(label: "raw-client").async {
                continuation.resume(returning: RawResponse(exchange(bytes, port: port, patience: patience)))
            }
        }
    }
}

/// Writes everything, then reads to the end of the connection.
private func exchange(_ request: [UInt8], port: UInt16, patience: Int) -> (bytes: [UInt8], wasReset: Bool) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var limit = timeval(tv_sec: patience / 1000, tv_usec: patience % 1000 * 1000)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let connected = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
    guard connected == 0 else { return ([], true) }
    var sent = 0
    while sent < request.count {
        let count = request.withUnsafeBytes {
            Glibc.send(descriptor, $0.baseAddress! + sent, request.count - sent, Int32(MSG_NOSIGNAL))
        }
        if count <= 0 { return ([], true) }
        sent += count
    }
    var received: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count == 0 { return (received, false) }
        if count < 0 { return (received, true) }
        received += buffer[..<count]
    }
}

extension RawResponse {
    fileprivate init(_ result: (bytes: [UInt8], wasReset: Bool)) {
        let (bytes, wasReset) = result
        ending = wasReset ? .reset : .whole
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else {
            if !wasReset { ending = .closedEarly }
            return
        }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        status = lines.first.flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) } ?? 0
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            headers.append((String(line[..<colon]), String(value)))
        }
        body = Array(bytes[end.upperBound...])
        if let length = header("Content-Length").flatMap({ Int($0) }), body.count < length, !wasReset {
            ending = .closedEarly
        }
    }
}
