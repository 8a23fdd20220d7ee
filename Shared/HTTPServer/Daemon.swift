internal import CMicrohttpd
internal import Glibc
internal import Synchronization

/// libmicrohttpd's daemon: one thread that accepts, reads and writes, and calls the engine.
@safe struct Daemon: @unchecked Sendable {
    private let pointer: OpaquePointer
    private let engine: Unmanaged<Engine>
    private let listener: Int32

    /// Starts serving a listening socket, which the daemon owns from now on, also if it fails.
    static func start(
        on socket: ListeningSocket, _ configuration: HTTPServerConfiguration, _ handler: @escaping HTTPServer.Handler
    ) throws(HTTPServerError) -> Supervisor {
        Panic.install(configuration.log)
        let (supervisor, daemon) = try make(on: socket, configuration, handler)
        do throws(HTTPServerError) {
            try supervisor.start(daemon)
        } catch {
            daemon.stop()
            throw error
        }
        return supervisor
    }

    private static func make(
        on socket: ListeningSocket, _ configuration: HTTPServerConfiguration, _ handler: @escaping HTTPServer.Handler
    ) throws(HTTPServerError) -> (Supervisor, Daemon) {
        do throws(HTTPServerError) {
            let supervisor = try Supervisor(configuration)
            return (supervisor, try Daemon(Engine(configuration, supervisor, handler), socket, configuration))
        } catch {
            socket.closeIfOpen()
            throw error
        }
    }

    private init(
        _ engine: Engine, _ socket: ListeningSocket, _ configuration: HTTPServerConfiguration
    ) throws(HTTPServerError) {
        var options = cmhd_options(
            listen_socket: socket.descriptor,
            connection_limit: UInt32(clamping: configuration.maxConnections),
            idle_seconds: configuration.idleSeconds,
            connection_memory: configuration.connectionMemory)
        var callbacks = Engine.callbacks
        let retained = unsafe Unmanaged.passRetained(engine)
        guard let pointer = unsafe cmhd_start(&options, &callbacks, retained.toOpaque()) else {
            unsafe retained.release()
            throw .cannotStart(reason: "libmicrohttpd refused")
        }
        unsafe self.pointer = unsafe pointer
        unsafe self.engine = unsafe retained
        listener = socket.descriptor
    }

    /// Accepts no more connections; those waiting in the backlog are reset.
    ///
    /// The socket is only shut: libmicrohttpd's thread may still accept from its number, which must not be another's yet.
    func quiesce() {
        unsafe _ = MHD_quiesce_daemon(pointer)
        shutdown(listener, Int32(SHUT_RDWR))
    }

    /// Closes all connections and waits for the thread. Blocks; aborts the process if a connection is suspended.
    func stop() {
        unsafe _ = MHD_quiesce_daemon(pointer)
        unsafe MHD_stop_daemon(pointer)
        close(listener)
        unsafe engine.release()
    }
}

extension HTTPServerConfiguration {
    /// libmicrohttpd counts in seconds, and 0 means never.
    var idleSeconds: UInt32 { UInt32(clamping: max(1, idleTimeout.components.seconds)) }

    /// Each connection's memory: its headers twice, as read and as parsed, and room to read and write by.
    var connectionMemory: Int { max(maxHeaderBytes, 1024) * 2 + 8 * 1024 }
}

/// libmicrohttpd's last words. The library has one place for them, for all servers of the process.
private enum Panic {
    private static let log = Mutex<@Sendable (String) -> Void>({ _ in })

    static func install(_ log: @escaping @Sendable (String) -> Void) {
        Self.log.withLock { $0 = log }
        unsafe MHD_set_panic_func(
            { _, file, line, reason in
                let place = unsafe file.map { unsafe String(cString: $0) } ?? "?"
                let words = unsafe reason.map { unsafe String(cString: $0) } ?? "no reason given"
                Panic.log.withLock { $0 }("libmicrohttpd gives up at \(place):\(line): \(words)")
                abort()
            }, nil)
    }
}
