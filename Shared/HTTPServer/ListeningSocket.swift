internal import CMicrohttpd
internal import Glibc

/// A socket that listens. Made here and not by libmicrohttpd, which would not say why it could not.
struct ListeningSocket {
    let descriptor: Int32
    let port: UInt16

    init(address: String, port: UInt16) throws(HTTPServerError) {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(address, String(port), &hints, &list)
        defer { if let list = unsafe list { unsafe freeaddrinfo(list) } }
        guard code == 0, let found = unsafe list?.pointee else { throw .notAnAddress(address) }

        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = unsafe socket(found.ai_family, type, 0)
        var on: Int32 = 1
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        guard unsafe bind(descriptor, found.ai_addr, found.ai_addrlen) == 0, listen(descriptor, 1024) == 0 else {
            let reason = unsafe String(cString: strerror(errno))
            if descriptor >= 0 { close(descriptor) }
            throw .cannotListen(address: address, port: port, reason: reason)
        }
        self.descriptor = descriptor
        self.port = cmhd_bound_port(descriptor)
    }

    /// For a start that failed: libmicrohttpd closes the socket at some of its failures and leaves it at others, so that
    /// the number may be another's by now.
    func closeIfOpen() {
        if cmhd_bound_port(descriptor) == port { close(descriptor) }
    }
}

/// The numeric address and port of the other end of a socket, `127.0.0.1:54321` or `[::1]:54321`; empty if unknown.
func peerName(of descriptor: Int32) -> String {
    var storage = sockaddr_storage()
    let length = unsafe cmhd_peer(descriptor, &storage)
    guard length > 0 else { return "" }
    var host = [CChar](repeating: 0, count: 64)
    var port = [CChar](repeating: 0, count: 16)
    let code = unsafe getnameinfo(
        cmhd_address(&storage), length, &host, 64, &port, 16, Int32(NI_NUMERICHOST | NI_NUMERICSERV))
    guard code == 0 else { return "" }
    let address = text(host)
    return address.utf8.contains(UInt8(ascii: ":")) ? "[\(address)]:\(text(port))" : "\(address):\(text(port))"
}

private func text(_ characters: [CChar]) -> String {
    String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
