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
    /// When listeners that can't be bound are tried again.
    var backoff = BindBackoff()

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
        let sources = options.manifests.map { ManifestDirectory($0) }
        let watches = try sources.map { try watch($0) }
        let triggers = RoundTriggers()
        await withDiscardingTaskGroup { group in
            for watch in watches {
                group.addTask {
                    for await _ in watch { triggers.raise(.change) }
                }
            }
            group.addTask {
                while (try? await Task.sleep(for: Self.replanInterval)) != nil { triggers.raise(.change) }
            }
            group.addTask { await fleet.stopRetired(grace: options.gracePeriod) }
            var round = ServingRound(loop: self, sources: sources, management: management)
            var backoff = backoff
            triggers.raise(.change)
            for await _ in triggers.signals.cancelOnGracefulShutdown() {
                if await isDue(round, triggers.take(), backoff) { await round.run() }
                guard let due = backoff.update(missing: await round.missing(), at: .now) else { continue }
                group.addTask {
                    if (try? await Task.sleep(until: due, clock: .continuous)) != nil { triggers.raise(.retry) }
                }
            }
            logger.info("stopping", metadata: ["grace": "\(DurationArgument(options.gracePeriod))"])
            await fleet.stop(grace: options.gracePeriod)
            group.cancelAll()
        }
    }

    /// Whether there is something for a round to do: after a try to bind listeners only where one could be bound.
    private func isDue(
        _ round: ServingRound, _ raised: Set<RoundTriggers.Trigger>, _ backoff: BindBackoff
    ) async -> Bool {
        if raised.contains(.change) { return true }
        guard backoff.isDue(at: .now) else { return false }
        return await round.retryMissing()
    }

    private func watch(_ manifests: ManifestDirectory) throws(CommandFailure) -> AsyncStream<Void> {
        do {
            return try manifests.changes()
        } catch {
            throw CommandFailure(
                "\(manifests.path) can't be watched: \(error)",
                remedy: "Raise fs.inotify.max_user_instances or fs.inotify.max_user_watches with sysctl.")
        }
    }
}
