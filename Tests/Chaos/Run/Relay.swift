import Glibc
import Runtime
import Synchronization

/// What lies between the services and the simulator. Now and then nobody listens for a while, so that connections are
/// refused before a byte was sent; others are reset as soon as they are made. A server cannot do either to itself for
/// some requests and not for others.
final class Relay: Sendable {
    /// What became of connections.
    struct Numbers: Sendable {
        var carried = 0
        var reset = 0
        /// How often nobody listened for a while.
        var closures = 0
    }

    private struct State {
        var numbers = Numbers()
        var random: SeededGenerator
        var isHarmless = true
    }

    let port: UInt16
    private let listener: Int32
    private let upstream: UInt16
    private let state: Mutex<State>
    /// How long nobody listens, and how long somebody does, in turn.
    private static let closed = 0.3...2.0
    private static let open = 8.0...25.0
    private static let resetPercent = 2

    /// A relay to a port of this machine, which does no harm until `setHarmless(false)`.
    init(to upstream: UInt16, seed: UInt64) throws {
        self.upstream = upstream
        // Only a number that was asked for stays the socket's while it does not listen.
        port = try Self.freePort()
        listener = try Self.bound(to: port)
        state = Mutex(State(random: SeededGenerator(seed: seed)))
        guard listen(listener, 512) == 0 else { throw ChaosError("the relay cannot listen: \(errno)") }
        Self.startThread { self.accept() }
    }

    var numbers: Numbers { state.withLock { $0.numbers } }

    /// Whether it carries everything, as a good road does.
    func setHarmless(_ isHarmless: Bool) { state.withLock { $0.isHarmless = isHarmless } }

    // MARK: - Connections

    private func accept() {
        var closes = ContinuousClock.now + pause(Self.open)
        while true {
            if ContinuousClock.now >= closes {
                if !state.withLock({ $0.isHarmless }) { beClosed() }
                closes = .now + pause(Self.open)
            }
            var polled = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
            guard poll(&polled, 1, 100) > 0 else { continue }
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0 else { continue }
            if isReset() {
                Self.reset(client)
            } else {
                Self.startThread { self.carry(client) }
            }
        }
    }

    private func pause(_ range: ClosedRange<Double>) -> Duration {
        state.withLock { $0.random.time(range) }
    }

    /// A listening socket that is shut keeps its number, and refuses until it listens again.
    private func beClosed() {
        state.withLock { $0.numbers.closures += 1 }
        shutdown(listener, Int32(SHUT_RDWR))
        let milliseconds = pause(Self.closed).wholeMilliseconds
        usleep(UInt32(milliseconds) * 1000)
        while listen(listener, 512) != 0 { usleep(10_000) }
    }

    private func isReset() -> Bool {
        state.withLock { state in
            let isReset = !state.isHarmless && state.random.chance(Self.resetPercent)
            if isReset { state.numbers.reset += 1 } else { state.numbers.carried += 1 }
            return isReset
        }
    }

    /// Carries both ways until both have ended; an end is passed on as what it was.
    private func carry(_ client: Int32) {
        let server = Self.connected(to: upstream)
        guard server >= 0 else { return Self.reset(client) }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var ends = [client, server].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        while ends.contains(where: { $0.fd >= 0 }) {
            guard unsafe poll(&ends, 2, -1) > 0 else { continue }
            for index in 0..<2 where ends[index].fd >= 0 && ends[index].revents != 0 {
                let other = index == 0 ? server : client
                let count = unsafe read(ends[index].fd, &buffer, buffer.count)
                if count > 0, Self.send(buffer, count, to: other) { continue }
                if count == 0 {
                    shutdown(other, Int32(SHUT_WR))
                    ends[index].fd = -1
                } else {
                    Self.reset(client)
                    return Self.reset(server)
                }
            }
        }
        close(client)
        close(server)
    }

    /// A thread for what blocks: never those that tasks run on.
    private static func startThread(_ body: @escaping @Sendable () -> Void) {
        final class Body: Sendable {
            let run: @Sendable () -> Void
            init(_ run: @escaping @Sendable () -> Void) { self.run = run }
        }
        let retained = unsafe Unmanaged.passRetained(Body(body))
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread, nil,
            { context in
                if let context = unsafe context { unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, retained.toOpaque())
        precondition(code == 0, "no thread is to be had for the relay")
        pthread_detach(thread)
    }

    // MARK: - Sockets

    private static func send(_ buffer: [UInt8], _ count: Int, to descriptor: Int32) -> Bool {
        var sent = 0
        while sent < count {
            let step = unsafe buffer.withUnsafeBytes { bytes in
                unsafe Glibc.send(descriptor, bytes.baseAddress! + sent, count - sent, Int32(MSG_NOSIGNAL))
            }
            guard step > 0 else { return false }
            sent += step
        }
        return true
    }

    /// Ends a connection with RST.
    private static func reset(_ descriptor: Int32) {
        var none = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &none, socklen_t(MemoryLayout<linger>.size))
        close(descriptor)
    }

    private static func freePort() throws -> UInt16 {
        let descriptor = try bound(to: 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &length)
            }
        }
        guard code == 0 else { throw ChaosError("the relay has no port: \(errno)") }
        return UInt16(bigEndian: address.sin_port)
    }

    private static func bound(to port: UInt16) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var on: Int32 = 1
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        guard unsafe withLoopback(port, { unsafe bind(descriptor, $0, $1) }) == 0 else {
            throw ChaosError("the relay cannot have port \(port): \(errno)")
        }
        return descriptor
    }

    private static func connected(to port: UInt16) -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard unsafe withLoopback(port, { unsafe connect(descriptor, $0, $1) }) == 0 else {
            close(descriptor)
            return -1
        }
        return descriptor
    }

    private static func withLoopback(_ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
