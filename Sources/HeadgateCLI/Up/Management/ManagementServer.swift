import DataPlane
import Hummingbird
import Logging
import NIOCore
import Observability
import ServiceLifecycle

/// The process's own HTTP endpoints: `/readyz`, `/livez` and `/metrics`.
struct ManagementServer: Service {
    let address: NetworkAddress
    /// What gave the address.
    let origin: AddressOrigin
    let readiness: Readiness
    /// Collects what `/metrics` shows.
    let metrics: @Sendable () async -> [MetricFamily]
    /// Called with the address once the server listens.
    let onListening: @Sendable (NetworkAddress) -> Void
    let logger: Logger

    /// Serves until graceful shutdown.
    ///
    /// - Throws: ``CommandFailure`` where the address can't be bound.
    func run() async throws {
        let address = address
        let onListening = onListening
        var logger = logger
        // Hummingbird tells of its own start and stop, which is no news to users.
        logger.logLevel = max(logger.logLevel, .warning)
        let application = Application(
            router: router(),
            configuration: ApplicationConfiguration(address: .hostname(address.host, port: address.port)),
            onServerRunning: { channel in
                onListening(NetworkAddress(host: address.host, port: channel.localAddress?.port ?? address.port))
            },
            logger: logger)
        do {
            try await application.run()
        } catch let error as IOError {
            throw BindFailure(origin: origin, address: address, cause: BindFailure.Cause(errno: error.errnoCode))
                .failure
        }
    }

    private func router() -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self, options: .autoGenerateHeadEndpoints)
        let readiness = readiness
        let metrics = metrics
        router.get("/livez") { _, _ in Self.text("ok\n") }
        router.get("/readyz") { _, _ in
            switch readiness.state {
            case .serving: Self.text("ok\n")
            case .starting: Self.text("starting: no plan is served yet\n", status: .serviceUnavailable)
            case .stopping: Self.text("stopping\n", status: .serviceUnavailable)
            }
        }
        router.get("/metrics") { _, _ in
            Self.text(PrometheusText.render(await metrics()), contentType: PrometheusText.contentType)
        }
        return router
    }

    private static func text(
        _ text: String, status: HTTPResponse.Status = .ok, contentType: String = "text/plain; charset=utf-8"
    ) -> Response {
        Response(
            status: status,
            headers: [.contentType: contentType, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
