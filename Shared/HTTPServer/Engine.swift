internal import CMicrohttpd
internal import Glibc

/// What libmicrohttpd calls, on its thread: reads requests, runs the handler, sends answers.
final class Engine: Sendable {
    let configuration: HTTPServerConfiguration
    let supervisor: Supervisor
    let handler: HTTPServer.Handler

    init(_ configuration: HTTPServerConfiguration, _ supervisor: Supervisor, _ handler: @escaping HTTPServer.Handler) {
        self.configuration = configuration
        self.supervisor = supervisor
        self.handler = handler
    }

    typealias Slot = UnsafeMutablePointer<UnsafeMutableRawPointer?>

    /// The C functions; their context is the engine.
    static var callbacks: cmhd_callbacks {
        unsafe cmhd_callbacks(
            access: { context, connection, target, method, version, data, size, slot in
                guard let engine = unsafe Engine.of(context), let connection = unsafe connection,
                    let size = unsafe size, let slot = unsafe slot
                else { return .NO }
                let handle = unsafe ConnectionHandle(connection)
                guard let exchange = unsafe Engine.exchange(slot) else {
                    let line = unsafe [method, target, version].map {
                        unsafe $0.map { unsafe String(cString: $0) } ?? ""
                    }
                    return unsafe engine.begin(handle, line, slot)
                }
                guard unsafe size.pointee > 0 else { return engine.proceed(exchange) }
                let block = unsafe UnsafeRawBufferPointer(start: data, count: size.pointee)
                unsafe size.pointee = 0
                return unsafe exchange.receive(block) == .goOn ? .YES : .NO
            },
            completed: { context, connection, slot, reason in
                guard let engine = unsafe Engine.of(context), let slot = unsafe slot else { return }
                unsafe engine.complete(slot, isWhole: reason == .REQUEST_TERMINATED_COMPLETED_OK)
            },
            connection: { context, connection, slot, event in
                guard let engine = unsafe Engine.of(context), let connection = unsafe connection,
                    let slot = unsafe slot
                else { return }
                if event == .CONNECTION_NOTIFY_STARTED {
                    let descriptor = unsafe cmhd_descriptor(connection)
                    let id = engine.supervisor.opened(descriptor, peer: peerName(of: descriptor))
                    unsafe slot.pointee = unsafe UnsafeMutableRawPointer(bitPattern: UInt(id))
                } else {
                    engine.supervisor.closed(unsafe UInt64(UInt(bitPattern: slot.pointee)))
                }
            },
            log: { context, format, arguments in
                guard let engine = unsafe Engine.of(context), let format = unsafe format,
                    let arguments = unsafe arguments
                else { return }
                var line = [CChar](repeating: 0, count: 512)
                let length = unsafe vsnprintf(&line, line.count, format, arguments)
                let bytes = line.prefix(max(0, min(Int(length), line.count - 1))).map { UInt8(bitPattern: $0) }
                let text = String(decoding: bytes, as: UTF8.self)
                engine.configuration.log(text.last == "\n" ? String(text.dropLast()) : text)
            })
    }

    private static func of(_ context: UnsafeMutableRawPointer?) -> Engine? {
        unsafe context.map { unsafe Unmanaged<Engine>.fromOpaque($0).takeUnretainedValue() }
    }

    private static func exchange(_ slot: Slot) -> Exchange? {
        unsafe slot.pointee.map { unsafe Unmanaged<Exchange>.fromOpaque($0).takeUnretainedValue() }
    }
}

extension Engine {
    /// The first call for a request: its line and headers are here, its body is not. `line` is method, target, version.
    private func begin(_ connection: ConnectionHandle, _ line: [String], _ slot: Slot) -> MHD_Result {
        let id = connection.id
        let head = connection.head(method: line[0], target: line[1], version: line[2])
        var request = ServerRequest(method: head.method, path: "/")
        var refusal: Refusal?
        do throws(Refusal) {
            request = try head.checked(maxHeaderBytes: configuration.maxHeaderBytes)
            request.peer = supervisor.peer(id)
        } catch {
            refusal = error
        }
        let exchange = Exchange(
            id: id, connection: connection, request: request, bodyLimit: configuration.maxBodyBytes)
        unsafe slot.pointee = unsafe Unmanaged.passRetained(exchange).toOpaque()
        if !supervisor.begin(exchange) { refusal = .stopping }
        if let refusal { return send(refusal, for: exchange) }
        return admit(exchange, length: head.declaredLength ?? 0, waits: head.expectsContinue)
    }

    /// Lets the body come, unless it is declared too large and either waits for permission or is not worth reading.
    private func admit(_ exchange: Exchange, length: Int, waits: Bool) -> MHD_Result {
        guard length > configuration.maxBodyBytes else { return .YES }
        let canDrain = BodyIntake(limit: configuration.maxBodyBytes).canDrain(length)
        guard canDrain, !waits else { return send(.tooLarge, for: exchange) }
        exchange.refuseAfterBody(.tooLarge)
        return .YES
    }

    /// The request is whole, or the connection was resumed with an answer.
    private func proceed(_ exchange: Exchange) -> MHD_Result {
        if let response = exchange.takeAnswer() { return send(response, for: exchange) }
        guard exchange.isReceiving else { return .YES }
        if let refusal = exchange.refusal { return send(refusal, for: exchange) }
        exchange.run(handler)
        supervisor.run(exchange)
        return .YES
    }

    private func complete(_ slot: Slot, isWhole: Bool) {
        guard let pointer = unsafe slot.pointee else { return }
        unsafe slot.pointee = nil
        let exchange = unsafe Unmanaged<Exchange>.fromOpaque(pointer).takeRetainedValue()
        if isWhole { exchange.connection.setIdleSeconds(configuration.idleSeconds) }
        exchange.takeAnswer()?.abandonStream()
        supervisor.ended(exchange.id)
    }

    private func send(_ refusal: Refusal, for exchange: Exchange) -> MHD_Result {
        exchange.settle()
        return send(refusal.response, for: exchange, closing: true)
    }
}
