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
        Panic.install(configuration.lastWords)
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

    /// Accepts no more connections; those waiting in the backlog are reset. The thread is busy from now on, so `stop()`
    /// has to follow soon.
    ///
    /// Not by `MHD_quiesce_daemon`: 0.9.75 aborts the process when its thread meets that call between two looks at the
    /// same flag. Nor is the socket closed, whose number the thread still uses.
    func refuseConnections() {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    /// Closes the listening socket and all connections, and waits for the thread. Blocks; aborts the process if a
    /// connection is suspended.
    func stop() {
        unsafe MHD_stop_daemon(pointer)
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
    private static let lastWords = Mutex<@Sendable (String) -> Void>({ _ in })

    static func install(_ lastWords: @escaping @Sendable (String) -> Void) {
        Self.lastWords.withLock { $0 = lastWords }
        unsafe MHD_set_panic_func(
            { _, file, line, reason in
                let place = unsafe file.map { unsafe String(cString: $0) } ?? "?"
                let words = unsafe reason.map { unsafe String(cString: $0) } ?? "no reason given"
                Panic.lastWords.withLock { $0 }("libmicrohttpd gives up at \(place):\(line): \(words)")
                abort()
            }, nil)
    }
}
