import Synchronization

/// Which targets the active checks find unfit, for those who ask from outside.
final class HealthBoard: Sendable {
    private let unfit = Mutex<Set<TargetKey>>([])

    func note(_ target: TargetKey, isHealthy: Bool) {
        unfit.withLock { targets in
            if isHealthy { targets.remove(target) } else { targets.insert(target) }
        }
    }

    /// How many targets of the pool with these connection settings are unfit.
    func unfitTargets(ofPool key: String) -> Int {
        unfit.withLock { $0.count { $0.pool == key } }
    }
}
