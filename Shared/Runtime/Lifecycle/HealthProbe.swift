internal import Glibc

/// The `healthcheck` sub-command: asks the service in the same container how it is, over a plain socket.
///
/// Container images have no curl, and loading a library to say a dozen bytes would be the slower half of the check.
enum HealthProbe {
    /// What is asked.
    enum Question: String {
        /// Whether it has to be started anew.
        case alive = "/livez"
        /// Whether it can do its work.
        case ready = "/readyz"
    }

    /// Why the answer is not yes.
    struct Failure: Error { let reason: String }

    /// Whether the question to this machine's `port` is answered with 200; else why not.
    static func check(_ question: Question, port: UInt16, timeoutSeconds: Int = 3) -> Result<Void, Failure> {
        get(port: port, path: question.rawValue, timeoutSeconds: timeoutSeconds).flatMap { answer in
            let words = answer.prefix { !$0.isNewline }.split(separator: " ")
            guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
                return .failure(Failure(reason: "not an HTTP answer"))
            }
            return status == 200 ? .success(()) : .failure(Failure(reason: "answered with status \(status)"))
        }
    }

    /// The whole answer of this machine's `port`, head and body.
    static func get(port: UInt16, path: String, timeoutSeconds: Int = 3) -> Result<String, Failure> {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
        guard descriptor >= 0 else { return .failure(Failure(reason: "no socket: \(systemError(errno))")) }
        defer { close(descriptor) }
        limit(descriptor, seconds: timeoutSeconds)
        guard connect(descriptor, port) else {
            return .failure(Failure(reason: "cannot connect to port \(port): \(systemError(errno))"))
        }
        let request = "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n\r\n"
        guard Descriptor.write(Array(request.utf8), to: descriptor) else {
            return .failure(Failure(reason: "cannot send to port \(port): \(systemError(errno))"))
        }
        return answer(descriptor)
    }

    /// Everything until the server closes the connection.
    private static func answer(_ descriptor: Int32) -> Result<String, Failure> {
        var answer: [UInt8] = []
        while answer.count < 1 << 20 {
            guard let block = Descriptor.read(descriptor, atMost: 16384) else {
                return .failure(Failure(reason: "no answer: \(systemError(errno))"))
            }
            if block.isEmpty { return .success(String(decoding: answer, as: UTF8.self)) }
            answer += block
        }
        return .failure(Failure(reason: "the answer is too long"))
    }

    private static func limit(_ descriptor: Int32, seconds: Int) {
        var time = timeval(tv_sec: seconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, size)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, size)
    }

    private static func connect(_ descriptor: Int32, _ port: UInt16) -> Bool {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
