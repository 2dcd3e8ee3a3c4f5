import CLinux

/// Messages, and the end of a loop.
extension EventLoop {
    func handle(_ message: LoopMessage) {
        switch message {
        case .configure(let compiled, let done):
            adopt(compiled)
            reconcileProbes()
            done()
        case .listen(let socket, let done):
            begin(socket)
            done()
        case .resolved(let name, let addresses):
            adopt(addresses: addresses, of: name)
            reconcileProbes()
        case .health(let target, let isHealthy): adopt(health: isHealthy, of: target)
        case .stop(let grace, let done): beginStopping(grace: grace, done)
        }
    }

    /// Brings the Date field up to the second.
    @inline(__always)
    func updateDate() {
        if state.pointee.now - state.pointee.dateUpdated < 250 { return }
        state.pointee.dateUpdated = state.pointee.now
        state.pointee.scratch.date.update(unixSeconds: Int(hg_wall_microseconds() / 1_000_000))
    }

    /// Takes no more connections, closes those without a request; requests under way go on, up to the grace time.
    private func beginStopping(grace: Int64, _ done: @escaping @Sendable () -> Void) {
        let earlier = state.pointee.lifecycle.onEnd
        state.pointee.lifecycle.onEnd = {
            earlier?()
            done()
        }
        state.pointee.lifecycle.hardStop = min(state.pointee.lifecycle.hardStop, now + max(0, grace))
        guard !state.pointee.lifecycle.isStopping else { return }
        state.pointee.lifecycle.isStopping = true
        closeListeners()
        for probe in state.pointee.probes.values { HealthProbe(state: probe).remove() }
        state.pointee.probes = [:]
        forEachConnection { connection in
            switch connection.state.pointee.phase {
            case .waiting, .handshake: connection.close()
            // A response that has not begun says that the connection ends.
            case .exchange: if !connection.flags.contains(.responseStarted) { connection.unset(.keepAlive) }
            case .head: connection.setTimer(after: Downstream.headTimeWhileStopping)
            case .lingering: connection.setTimer(after: Downstream.lingeringTimeWhileStopping)
            case .closed: break
            }
        }
    }

    /// Ends the loop when its last connection is gone, or the grace time is over.
    func finishStopping() {
        if state.pointee.connectionCount > 0, now < state.pointee.lifecycle.hardStop { return }
        forEachConnection { $0.close() }
        state.pointee.lifecycle.hasEnded = true
    }

    /// Frees what the loop holds.
    func tearDown() {
        closeListeners()
        state.pointee.downstreams.reclaim()
        if let configuration = state.pointee.configuration {
            state.pointee.configuration = nil
            release(configuration)
        }
        state.pointee.upstreams.deallocate()
        state.pointee.downstreams.deallocate()
        reclaimProbes()
        state.pointee.log.flush(state.pointee.counters)
        state.pointee.heads.deallocate()
        state.pointee.buffers.deallocate()
        state.pointee.timers.deallocate()
        state.pointee.poller.close()
        for listener in state.pointee.listeners { listener.deallocate() }
        let onEnd = state.pointee.lifecycle.onEnd
        state.pointee.mailbox.close()
        state.deinitialize(count: 1)
        state.deallocate()
        onEnd?()
    }

    /// Calls `body` with each connection; it may close it.
    private func forEachConnection(_ body: (Downstream) -> Void) {
        var next = state.pointee.connections
        while let current = next {
            next = current.pointee.next
            body(Downstream(state: current))
        }
    }
}
