import DataPlane
import Logging
import Observability
import ServiceLifecycle
import UnixSignals

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// `headgate up` from its start to its end.
struct UpProcess: Sendable {
    let options: UpOptions
    let console: Console
    let logger: Logger

    /// Serves until SIGTERM or SIGINT.
    ///
    /// - Throws: ``CommandFailure`` for what keeps it from serving at all: a state directory or manifests that can't be used, an address that can't be bound.
    func run() async throws {
        signal(SIGPIPE, SIG_IGN)
        for path in options.manifests { try ManifestInput.check(path) }
        var isAmongManifests = false
        for path in options.manifests where try StateDirectory.isBelow(path, options.stateDirectory) {
            isAmongManifests = true
        }
        let state = try StateDirectory(path: options.stateDirectory, isAmongManifests: isAmongManifests)
        let fleet = ListenerFleet(options: engineOptions, origin: options.origin, logger: logger)
        try await fleet.start()
        do {
            try await serve(fleet: fleet, state: state)
        } catch {
            await fleet.stop(grace: .zero)
            throw error
        }
        logger.info("stopped")
    }

    private var engineOptions: EngineOptions {
        EngineOptions(
            workers: options.workers,
            listeners: options.listeners,
            accessLog: options.accessLog,
            trustedProxies: options.trustedProxies)
    }

    private func serve(fleet: ListenerFleet, state: StateDirectory) async throws {
        let readiness = Readiness()
        let metrics = ControllerMetrics()
        let (listening, announce) = AsyncStream.makeStream(of: NetworkAddress.self)
        let management = ManagementServer(
            address: options.managementAddress,
            origin: options.origin(.management),
            readiness: readiness,
            metrics: {
                let engines = await fleet.metrics()
                return metrics.families(version: Version.current.version) + EngineMetrics.families(engines)
                    + ProcessMetrics.collect()
            },
            onListening: { announce.yield($0) },
            logger: logger)
        let loop = ServingLoop(
            options: options, console: console, logger: logger, fleet: fleet, state: state,
            readiness: readiness, metrics: metrics, managementListening: listening)
        var silent = logger
        silent.logLevel = max(logger.logLevel, .error)
        // Services stop in reverse order: the loop drains its requests while /readyz still answers.
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: management),
                    .init(
                        service: loop, successTerminationBehavior: .gracefullyShutdownGroup,
                        failureTerminationBehavior: .gracefullyShutdownGroup),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: silent))
        try await SecondSignal(logger: logger).guarding { try await group.run() }
    }
}
