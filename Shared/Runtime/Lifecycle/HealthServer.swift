internal import HTTPServer

/// Serves `/livez`, `/readyz` and `/metrics`. The first to start and the last to stop, so that `/readyz` can say that the
/// service is ending.
struct HealthServer: Component {
    let name = "health-server"
    private let server: HTTPServer
    private let logger: Logger

    /// A server for a context, on all addresses: probes and Prometheus come from outside of the container.
    init(context: ServiceContext, port: UInt16, address: String = "0.0.0.0") {
        logger = context.logger.named("health")
        var configuration = HTTPServerConfiguration(address: address, port: port)
        configuration.maxConnections = 64
        configuration.maxBodyBytes = 1024
        let log = logger
        configuration.log = { log.debug("http server", [.reason: .string($0)]) }
        configuration.lastWords = { log.error("http server broken", [.reason: .string($0)]) }
        server = HTTPServer(configuration, router: Self.router(context))
    }

    func start() throws {
        let port = try server.start()
        logger.info("http server listening", [.httpPort: .int(port)])
    }

    func stop() async { await server.stop(grace: .seconds(1)) }

    static func router(_ context: ServiceContext) -> Router {
        var router = Router()
        router.get("/livez") { _ in
            let stuck = context.liveness.stuck
            return .json(livenessJSON(stuck), status: stuck.isEmpty ? 200 : 503)
        }
        router.get("/readyz") { _ in
            .json(context.readiness.json, status: context.readiness.isReady ? 200 : 503)
        }
        router.get("/metrics") { _ in
            ServerResponse(
                headers: ["Content-Type": Metrics.contentType], body: .bytes(Array(context.metrics.render().utf8)))
        }
        return router
    }

    private static func livenessJSON(_ stuck: [(name: String, reason: String)]) -> [UInt8] {
        var line = JSONLine()
        line.raw("{\"alive\":")
        line.value(.bool(stuck.isEmpty))
        line.raw(",\"stuck\":")
        line.value(.strings(stuck.map { "\($0.name): \($0.reason)" }))
        line.raw("}\n")
        return line.bytes
    }
}
