/// The checks that a loop runs.
extension EventLoop {
    /// Starts the checks of targets that came, and ends those of targets that went.
    func reconcileProbes() {
        guard state.pointee.index == 0, let configuration = state.pointee.configuration else { return }
        var wanted: Set<TargetKey> = []
        for (index, pool) in configuration.pointee.compiled.pools.enumerated() {
            guard let check = pool.healthCheck else { continue }
            for member in configuration.pointee.pools[index].members {
                let key = member.target.pointee.key
                guard wanted.insert(key).inserted else { continue }
                if let probe = state.pointee.probes[key] {
                    if probe.pointee.check == check { continue }
                    HealthProbe(state: probe).remove()
                }
                state.pointee.probes[key] =
                    HealthProbe.start(key, member.target.pointee.address, pool, check, loop: self).state
            }
        }
        for (key, probe) in state.pointee.probes where !wanted.contains(key) {
            HealthProbe(state: probe).remove()
            state.pointee.probes[key] = nil
            // Without a check nothing speaks against the target.
            state.pointee.environment.reports.send(.health(target: key, isHealthy: true))
        }
    }

    /// Frees the probes that were removed in this turn.
    func reclaimProbes() {
        if state.pointee.removedProbes.isEmpty { return }
        for probe in state.pointee.removedProbes {
            probe.deinitialize(count: 1)
            probe.deallocate()
        }
        state.pointee.removedProbes = []
    }
}
