internal import CMicrohttpd

extension Engine {
    /// Gives an answer to libmicrohttpd.
    func send(_ response: ServerResponse, for exchange: Exchange, closing: Bool = false) -> MHD_Result {
        if case .cut(let reset) = response.ending {
            response.abandonStream()
            if reset { exchange.connection.reset() }
            return .NO
        }
        supervisor.reply(exchange.id)
        guard let problem = queue(response, for: exchange, closing: closing || !supervisor.isServing) else {
            return .YES
        }
        configuration.log("an answer could not be sent: \(problem)")
        return queue(.text("internal error\n", status: 500), for: exchange, closing: true) == nil ? .YES : .NO
    }

    /// Queues an answer, or says why it cannot be one.
    private func queue(_ response: ServerResponse, for exchange: Exchange, closing: Bool) -> String? {
        guard 200...599 ~= response.status else {
            response.abandonStream()
            return "status \(response.status)"
        }
        guard let reply = Reply(response, for: exchange, supervisor) else { return "its stream was used before" }
        defer { reply.release() }
        for field in response.headers.fields where !Self.computed.contains(where: field.name.equalsIgnoringCase) {
            guard reply.add(field.name, field.value) else { return "malformed header \(field.name)" }
        }
        if closing { _ = reply.add("Connection", "close") }
        guard reply.queue(on: exchange.connection, status: response.status) else { return "it was refused" }
        if case .stream(let stream) = response.body {
            exchange.connection.setIdleSeconds(0)
            if supervisor.isServing, exchange.hasBody(response.status) { stream.begin() } else { stream.close() }
        }
        return nil
    }

    /// What the server says of the body and the connection, whatever the handler says.
    private static let computed = ["Content-Length", "Transfer-Encoding", "Connection"]
}

extension ServerResponse {
    /// Nobody will read the stream: its writers learn that.
    func abandonStream() {
        if case .stream(let stream) = body { stream.abandon() }
    }
}
