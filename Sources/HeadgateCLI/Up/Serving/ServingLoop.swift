import Logging
import ManifestSource
import ServiceLifecycle

/// Follows the manifests: loads, plans, serves, and writes the state, on the start and on every change.
struct ServingLoop: Service {
    /// How often is planned without a change, since certificates expire by themselves.
    private static let replanInterval = Duration.seconds(3_600)

    let options: UpOptions
    let console: Console
    let logger: Logger
    let fleet: ListenerFleet
    let state: StateDirectory
    let readiness: Readiness
    let metrics: ControllerMetrics
    /// Yields the address of the management server once it listens.
    let managementListening: AsyncStream<NetworkAddress>

    /// Serves until graceful shutdown; then lets requests under way finish.
    func run() async throws {
        guard let management = await managementListening.first(where: { _ in true }) else { return }
        logger.info("management listening", metadata: ["address": "\(management)"])
        try await withGracefulShutdownHandler {
            try await follow(management: management)
        } onGracefulShutdown: {
            readiness.stop()
        }
    }

    /// Serves every change until graceful shutdown, and then what is under way.
    private func follow(management: NetworkAddress) async throws {
        // Watching starts before the first load, so that no change falls between the two.
        let watches = try options.manifests.map { try watch($0) }
        let (changes, report) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        await withDiscardingTaskGroup { group in
            for watch in watches {
                group.addTask {
                    for await _ in watch { report.yield() }
                }
            }
            group.addTask {
                while (try? await Task.sleep(for: Self.replanInterval)) != nil { report.yield() }
            }
            group.addTask { await fleet.stopRetired(grace: options.gracePeriod) }
            var round = ServingRound(loop: self, management: management)
            report.yield()
            for await _ in changes.cancelOnGracefulShutdown() {
                await round.run()
            }
            logger.info("stopping", metadata: ["grace": "\(DurationArgument(options.gracePeriod))"])
            await fleet.stop(grace: options.gracePeriod)
            group.cancelAll()
        }
    }

    private func watch(_ path: String) throws(CommandFailure) -> AsyncStream<Void> {
        do {
            return try ManifestWatcher(path: path).changes()
        } catch {
            throw CommandFailure(
                "\(path) can't be watched: \(error)",
                remedy: "Raise fs.inotify.max_user_instances or fs.inotify.max_user_watches with sysctl.")
        }
    }
}
