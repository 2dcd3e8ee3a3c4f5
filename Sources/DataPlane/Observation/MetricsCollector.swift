/// Sums the counters of all loops.
struct MetricsCollector: Sendable {
    let layout: CounterLayout
    /// One per loop.
    let arrays: [CounterArray]
    let listeners: ListenerBoard
    let slots: MetricsSlots

    func snapshot() -> EngineMetrics {
        var metrics = EngineMetrics()
        metrics.listeners = listeners.all.enumerated().map { listener($1, at: $0) }
        let series = slots.series
        metrics.routes = routes(series.routes)
        metrics.pools = pools(series.pools)
        metrics.requestDuration = histogram()
        metrics.bytesReceived = single(.bytesReceived)
        metrics.bytesSent = single(.bytesSent)
        metrics.connectionsRefused = single(.connectionsRefused)
        metrics.misdirectedRequests = single(.misdirectedRequests)
        metrics.refusals = CounterLayout.Refusal.labels.enumerated().map { index, reason in
            EngineMetrics.RefusalCounter(reason: reason, requests: sum(layout.refusalBase + index))
        }
        metrics.clientsLeft = single(.clientsLeft)
        metrics.tlsHandshakes = single(.tlsHandshakes)
        metrics.tlsHandshakesResumed = single(.tlsHandshakesResumed)
        metrics.tlsHandshakeFailures = single(.tlsHandshakeFailures)
        metrics.upstreamConnectionsActive = single(.upstreamActive) &- single(.upstreamIdle)
        metrics.upstreamConnectionsIdle = single(.upstreamIdle)
        metrics.accessLogDropped = single(.accessLogDropped)
        return metrics
    }

    private func sum(_ index: Int) -> UInt64 {
        arrays.reduce(0) { $0 &+ $1.current(index) }
    }

    private func single(_ counter: CounterLayout.Single) -> UInt64 { sum(counter.rawValue) }

    private func listener(_ listener: BoundListener, at index: Int) -> EngineMetrics.ListenerCounters {
        let base = layout.listenerBase + index * CounterLayout.Listener.allCases.count
        var counters = EngineMetrics.ListenerCounters(listener: listener)
        counters.connectionsAccepted = sum(base + CounterLayout.Listener.accepted.rawValue)
        counters.connectionsActive = sum(base + CounterLayout.Listener.active.rawValue)
        let first = base + CounterLayout.Listener.status1.rawValue
        counters.responsesByClass = (0..<5).map { sum(first + $0) }
        return counters
    }

    private func routes(_ series: [String: Int]) -> [EngineMetrics.RouteCounters] {
        let named = series.filter { $0.value > 0 }.map { ($0.key, $0.value) } + [("other", 0)]
        return named.sorted { $0.0 < $1.0 }.compactMap { name, slot in
            let counts = (0..<5).map { sum(layout.routeBase + slot * 5 + $0) }
            if slot == 0, counts.allSatisfy({ $0 == 0 }) { return nil }
            return EngineMetrics.RouteCounters(ingress: name, responsesByClass: counts)
        }
    }

    private func pools(_ series: [String: Int]) -> [EngineMetrics.PoolCounters] {
        let named = series.filter { $0.value > 0 }.map { ($0.key, $0.value) } + [("other", 0)]
        return named.sorted { $0.0 < $1.0 }.compactMap { name, slot in
            let base = layout.poolBase + slot * CounterLayout.Pool.allCases.count
            var counters = EngineMetrics.PoolCounters(pool: name)
            counters.requests = sum(base + CounterLayout.Pool.requests.rawValue)
            counters.connects = sum(base + CounterLayout.Pool.connects.rawValue)
            counters.connectFailures = sum(base + CounterLayout.Pool.connectFailures.rawValue)
            counters.retries = sum(base + CounterLayout.Pool.retries.rawValue)
            if slot == 0, counters.requests == 0 { return nil }
            return counters
        }
    }

    private func histogram() -> EngineMetrics.Histogram {
        EngineMetrics.Histogram(
            bounds: CounterLayout.bounds.map { Double($0) / 1_000_000 },
            counts: (0...CounterLayout.bounds.count).map { sum(layout.histogramBase + $0) },
            sum: Double(single(.durationMicroseconds)) / 1_000_000)
    }
}
