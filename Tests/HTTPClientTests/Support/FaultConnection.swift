import Glibc

/// One connection of the fault server: reads requests and does to each what its path says.
struct FaultConnection {
    private enum Next { case keepOpen, close, reset }

    let descriptor: Int32
    let server: FaultServer
    private var buffer: [UInt8] = []
    private var requests = 0

    init(descriptor: Int32, server: FaultServer) {
        self.descriptor = descriptor
        self.server = server
    }

    mutating func serve() {
        switch server.manner {
        case .http: break
        case .mute: return waitForEnd()
        case .garbage:
            _ = Socket.receive(descriptor)
            return send("good day to you\r\n")
        }
        while let request = readHead() {
            if request.line.hasPrefix("CONNECT ") {
                guard answerTunnel(request) else { return }
                continue
            }
            requests += 1
            server.saw(request)
            let next = act(on: request)
            server.leave(request)
            if next == .reset { Socket.resetOnClose(descriptor) }
            guard next == .keepOpen else { return }
        }
    }

    /// As a proxy: refuses or cuts where the host says so, and otherwise is itself the far end.
    private func answerTunnel(_ request: ReceivedRequest) -> Bool {
        let host = request.segments.first ?? ""
        if host.hasPrefix("cut") { return false }
        send(host.hasPrefix("refused") ? "HTTP/1.1 403 X\r\nContent-Length: 0\r\n\r\n" : "HTTP/1.1 200 X\r\n\r\n")
        return !host.hasPrefix("refused")
    }

    private mutating func act(on request: ReceivedRequest) -> Next {
        let segments = request.segments
        switch segments.first {
        case "reset-at-head": return .reset
        case "early-413":
            send("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            drain(request.contentLength)
            return .close
        case "reset-in-body":
            _ = readBody(min(request.contentLength / 8, 100_000))
            return .reset
        default: break
        }
        guard readBody(request.contentLength) else { return .close }
        server.executed(request)
        return answer(request, segments)
    }

    private mutating func answer(_ request: ReceivedRequest, _ segments: [String]) -> Next {
        switch segments.first {
        case "close": return .close
        case "reset": return .reset
        case "die-on-reuse" where requests > 1: return .close
        case "silent":
            waitForEnd()
            return .close
        case "hold" where !server.hold(): return .close
        case "echo": answer(body: Array(request.head.utf8))
        case "status": answer(status: segments.last ?? "500", extra: "Location: /ok\r\n")
        case "raw": return raw(segments.last ?? "")
        case let name? where FaultAnswers.cut[name] != nil:
            send(FaultAnswers.cut[name] ?? "")
            if name.hasPrefix("stall") { waitForEnd() }
            return .close
        default: answer(body: Array("{}".utf8))
        }
        return .keepOpen
    }

    /// Large or encoded answers, prepared once.
    private func raw(_ name: String) -> Next {
        Socket.send(descriptor, FaultAnswers.raw(name)) ? .keepOpen : .close
    }

    private func answer(status: String = "200", extra: String = "", body: [UInt8] = []) {
        send("HTTP/1.1 \(status) X\r\n\(extra)Content-Length: \(body.count)\r\n\r\n")
        Socket.send(descriptor, body)
    }

    private func send(_ text: String) { Socket.send(descriptor, Array(text.utf8)) }

    private mutating func readHead() -> ReceivedRequest? {
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let range = buffer.firstRange(of: end) {
                defer { buffer.removeSubrange(..<range.upperBound) }
                return ReceivedRequest(head: Array(buffer[..<range.upperBound]))
            }
            guard let more = Socket.receive(descriptor) else { return nil }
            buffer += more
        }
    }

    private mutating func readBody(_ count: Int) -> Bool {
        while buffer.count < count {
            guard let more = Socket.receive(descriptor) else { return false }
            buffer += more
        }
        buffer.removeFirst(count)
        return true
    }

    /// Reads and drops what still comes, so that closing does not turn into a reset.
    private mutating func drain(_ count: Int) { _ = readBody(count) }

    private func waitForEnd() { while Socket.receive(descriptor) != nil {} }
}
