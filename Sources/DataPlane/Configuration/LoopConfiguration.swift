/// A configuration as one loop uses it: the shared part, and the loop's own pools.
struct LoopConfiguration {
    let compiled: CompiledConfiguration
    /// The first route; valid as long as ``compiled`` is held.
    let routes: UnsafeMutablePointer<CompiledRoute>?
    /// ``CompiledConfiguration/hostPolicies``; valid as long as ``compiled`` is held.
    let hostPolicies: UnsafeMutableBufferPointer<HostPolicies>
    let settings: ConfigurationSettings
    /// By the indexes of ``CompiledConfiguration/pools``.
    let pools: UnsafeMutableBufferPointer<PoolState>
    /// The accounts of weighted round robin between the pools of a route, by the indexes of
    /// ``CompiledConfiguration/weightedPools``.
    let poolCredits: UnsafeMutableBufferPointer<Int>
    /// Requests under way that use the configuration, and 1 while new ones get it.
    var references = 1
}

extension EventLoop {
    /// Makes a configuration the one that new requests get.
    func adopt(_ compiled: CompiledConfiguration) {
        let memory = UnsafeMutablePointer<LoopConfiguration>.allocate(capacity: 1)
        let pools = UnsafeMutableBufferPointer<PoolState>.allocate(capacity: compiled.pools.count)
        let credits = UnsafeMutableBufferPointer<Int>.allocate(capacity: compiled.weightedPools.count)
        credits.initialize(repeating: 0)
        for (index, pool) in compiled.pools.enumerated() {
            pools.initializeElement(at: index, to: PoolState(index: index, algorithm: pool.algorithm))
            fill(&pools[index], pool)
        }
        memory.initialize(
            to: LoopConfiguration(
                compiled: compiled, routes: compiled.routes.baseAddress, hostPolicies: compiled.hostPolicies,
                settings: compiled.settings, pools: pools, poolCredits: credits))
        let previous = state.pointee.configuration
        state.pointee.configuration = memory
        if let previous {
            state.pointee.superseded.append(previous)
            release(previous)
        }
    }

    /// A request that used the configuration is over, or it has been superseded.
    @inline(__always)
    func release(_ configuration: UnsafeMutablePointer<LoopConfiguration>) {
        configuration.pointee.references -= 1
        if configuration.pointee.references == 0 { discard(configuration) }
    }

    /// A connection or a configuration refers to the target no more.
    func release(_ target: Target) {
        target.pointee.references -= 1
        guard target.pointee.references == 0 else { return }
        state.pointee.targets[target.pointee.key] = nil
        target.deinitialize(count: 1)
        target.deallocate()
    }

    /// Names resolve anew: the pools in force get the addresses as their members.
    func adopt(addresses: [SocketAddress], of name: String) {
        guard state.pointee.resolved[name] != addresses else { return }
        state.pointee.resolved[name] = addresses
        guard let configuration = state.pointee.configuration else { return }
        for (index, pool) in configuration.pointee.compiled.pools.enumerated() where pool.names.contains(name) {
            fill(&configuration.pointee.pools[index], pool)
        }
    }

    func adopt(health isHealthy: Bool, of key: TargetKey) {
        if isHealthy {
            state.pointee.unhealthy.remove(key)
        } else {
            state.pointee.unhealthy.insert(key)
        }
        state.pointee.targets[key]?.pointee.isUnhealthy = !isHealthy
    }

    private func fill(_ pool: inout PoolState, _ compiled: CompiledPool) {
        var members: [PoolMember] = []
        for member in compiled.members {
            if let address = member.address {
                members.append(self.member(address, name: member.name, member, compiled))
                continue
            }
            for address in state.pointee.resolved[member.name] ?? [] {
                var address = address
                address.setPort(member.port)
                members.append(self.member(address, name: address.text, member, compiled))
            }
        }
        for old in pool.replaceMembers(members, offset: state.pointee.index) { abandon(old.target) }
    }

    private func member(
        _ address: SocketAddress, name: String, _ member: CompiledPool.Member, _ pool: CompiledPool
    ) -> PoolMember {
        let key = TargetKey(pool: pool.connectionKey, address: name, port: member.port)
        let target: Target
        if let known = state.pointee.targets[key] {
            target = known
        } else {
            target = .allocate(capacity: 1)
            target.initialize(to: TargetState(key: key, address: address))
            target.pointee.isUnhealthy = state.pointee.unhealthy.contains(key)
            state.pointee.targets[key] = target
        }
        target.pointee.references += 1
        target.pointee.configurations += 1
        return PoolMember(target: target, weight: member.weight, isDraining: member.isDraining)
    }

    /// A configuration lets go of a target. With the last one its unused connections go.
    private func abandon(_ target: Target) {
        target.pointee.configurations -= 1
        if target.pointee.configurations == 0 {
            while let idle = target.pointee.idle { Upstream(state: idle).closeIdle() }
        }
        release(target)
    }

    private func discard(_ configuration: UnsafeMutablePointer<LoopConfiguration>) {
        for index in configuration.pointee.pools.indices {
            for member in configuration.pointee.pools[index].members { abandon(member.target) }
            configuration.pointee.pools[index].deallocate()
        }
        configuration.pointee.pools.deallocate()
        configuration.pointee.poolCredits.deallocate()
        state.pointee.superseded.removeAll { $0 == configuration }
        configuration.deinitialize(count: 1)
        configuration.deallocate()
    }
}
