internal import Glibc

/// Keeps the port of a mock broker that is down from being given to somebody else, without listening on it.
///
/// librdkafka ends the process when a broker cannot listen on its old port again, and a port that is free for a while is
/// soon some connection's.
final class MockPort: Sendable {
    private let descriptor: Int32

    /// - Parameter address: As in the bootstrap addresses: `127.0.0.1:12345`.
    init(_ address: Substring) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var on: Int32 = 1
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = (address.split(separator: ":").last.flatMap { UInt16($0) } ?? 0).bigEndian
        name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        unsafe withUnsafePointer(to: name) { name in
            unsafe name.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                unsafe _ = bind(descriptor, name, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    deinit { close(descriptor) }
}
