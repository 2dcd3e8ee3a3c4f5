package import DataPlane
import LoadBalancerModel

extension EngineMetrics {
    /// The metrics of several engines of one process as one set of families; what carries the same labels is summed.
    package static func families(_ engines: [EngineMetrics]) -> [MetricFamily] {
        listenerFamilies(engines) + ingressFamilies(engines) + poolFamilies(engines) + totalFamilies(engines)
            + tlsFamilies(engines)
    }

    private static func listenerFamilies(_ engines: [EngineMetrics]) -> [MetricFamily] {
        let listeners = engines.flatMap(\.listeners)
        func labels(_ counters: ListenerCounters) -> [MetricLabel] {
            [
                MetricLabel("protocol", counters.listener.protocol.rawValue),
                MetricLabel("address", counters.listener.description),
            ]
        }
        return [
            .counter(
                "headgate_listener_connections_total", help: "Connections accepted from clients.",
                MetricSum.samples(listeners.map { (labels($0), $0.connectionsAccepted) })),
            .gauge(
                "headgate_listener_connections_active", help: "Connections of clients that are open.",
                MetricSum.samples(listeners.map { (labels($0), $0.connectionsActive) })),
            .counter(
                "headgate_listener_responses_total", help: "Requests answered, by class of the status code.",
                MetricSum.samples(listeners.flatMap { byClass($0.responsesByClass, labels: labels($0)) })),
        ]
    }

    private static func ingressFamilies(_ engines: [EngineMetrics]) -> [MetricFamily] {
        let routes = engines.flatMap(\.routes)
        return [
            .counter(
                "headgate_ingress_responses_total",
                help: "Requests answered by routes of an Ingress, by class of the status code.",
                MetricSum.samples(
                    routes.flatMap { byClass($0.responsesByClass, labels: [MetricLabel("ingress", $0.ingress)]) }))
        ]
    }

    private static func poolFamilies(_ engines: [EngineMetrics]) -> [MetricFamily] {
        let pools = engines.flatMap(\.pools)
        func samples(_ value: (PoolCounters) -> UInt64) -> [MetricSample] {
            MetricSum.samples(pools.map { ([MetricLabel("pool", $0.pool)], value($0)) })
        }
        return [
            .counter(
                "headgate_pool_requests_total", help: "Requests sent to the targets of a pool.",
                samples(\.requests)),
            .counter(
                "headgate_pool_connects_total", help: "Connections opened to the targets of a pool.",
                samples(\.connects)),
            .counter(
                "headgate_pool_connect_failures_total", help: "Connections to the targets of a pool that failed.",
                samples(\.connectFailures)),
            .counter(
                "headgate_pool_retries_total", help: "Requests sent again to another target of a pool.",
                samples(\.retries)),
            .gauge("headgate_pool_targets", help: "Targets of a pool.", samples(\.targetsTotal)),
            .gauge(
                "headgate_pool_targets_healthy", help: "Targets of a pool that take requests.",
                samples(\.targetsHealthy)),
        ]
    }

    private static func totalFamilies(_ engines: [EngineMetrics]) -> [MetricFamily] {
        func total(_ value: (EngineMetrics) -> UInt64) -> Double {
            Double(engines.reduce(0) { $0 + value($1) })
        }
        let upstream = [
            MetricSample(total(\.upstreamConnectionsActive), labels: [MetricLabel("state", "active")]),
            MetricSample(total(\.upstreamConnectionsIdle), labels: [MetricLabel("state", "idle")]),
        ]
        return [
            .histogram(
                "headgate_request_duration_seconds",
                help: "Time from the first byte of a request head to the last byte of its response.",
                MetricSum.histogram(engines.map(\.requestDuration)).map { [MetricSample($0)] } ?? []),
            .counter(
                "headgate_received_bytes_total", help: "Bytes received from clients.", value: total(\.bytesReceived)),
            .counter("headgate_sent_bytes_total", help: "Bytes sent to clients.", value: total(\.bytesSent)),
            .counter(
                "headgate_connections_refused_total", help: "Connections refused because of the connection limit.",
                value: total(\.connectionsRefused)),
            .counter(
                "headgate_misdirected_requests_total",
                help: "Requests answered 421 because their host has another TLS policy than their connection.",
                value: total(\.misdirectedRequests)),
            .counter(
                "headgate_malformed_requests_total",
                help: "Requests refused before a route was looked for, by what is wrong with them.",
                MetricSum.samples(
                    engines.flatMap(\.refusals).map { ([MetricLabel("reason", $0.reason)], $0.requests) })),
            .counter(
                "headgate_client_aborts_total",
                help: "Requests whose client closed the connection before it had the whole response.",
                value: total(\.clientsLeft)),
            .gauge("headgate_upstream_connections", help: "Connections to targets, by state.", upstream),
            .counter(
                "headgate_access_log_dropped_total",
                help: "Access log lines dropped because their writer could not keep up.",
                value: total(\.accessLogDropped)),
            .counter(
                "headgate_configurations_applied_total", help: "Plans taken over by the event loops.",
                value: total(\.configurationGeneration)),
        ]
    }

    private static func tlsFamilies(_ engines: [EngineMetrics]) -> [MetricFamily] {
        let handshakes = engines.reduce(0) { $0 + $1.tlsHandshakes }
        let resumed = engines.reduce(0) { $0 + $1.tlsHandshakesResumed }
        let failures = engines.reduce(0) { $0 + $1.tlsHandshakeFailures }
        return [
            .counter(
                "headgate_tls_handshakes_total", help: "TLS handshakes completed with clients.",
                value: Double(handshakes)),
            .counter(
                "headgate_tls_handshakes_resumed_total",
                help: "TLS handshakes completed with clients that resumed a session.", value: Double(resumed)),
            .counter(
                "headgate_tls_handshake_failures_total", help: "TLS handshakes with clients that failed.",
                value: Double(failures)),
        ]
    }

    private static func byClass(_ counts: [UInt64], labels: [MetricLabel]) -> [([MetricLabel], UInt64)] {
        counts.enumerated().map { index, count in (labels + [MetricLabel("code", "\(index + 1)xx")], count) }
    }
}

/// Sums of what several engines counted.
private enum MetricSum {
    /// One sample per set of labels, in the order in which they first appear.
    static func samples(_ values: [(labels: [MetricLabel], count: UInt64)]) -> [MetricSample] {
        var order: [[MetricLabel]] = []
        var sums: [[MetricLabel]: UInt64] = [:]
        for (labels, count) in values {
            if sums[labels] == nil { order.append(labels) }
            sums[labels, default: 0] += count
        }
        return order.map { MetricSample(Double(sums[$0] ?? 0), labels: $0) }
    }

    /// The sum of histograms with the same bounds; those without bounds are left out.
    static func histogram(_ histograms: [EngineMetrics.Histogram]) -> MetricHistogram? {
        let present = histograms.filter { !$0.bounds.isEmpty }
        guard let first = present.first else { return nil }
        var counts = Array(repeating: UInt64(0), count: first.bounds.count + 1)
        var sum = 0.0
        for histogram in present where histogram.bounds == first.bounds {
            for (index, count) in histogram.counts.prefix(counts.count).enumerated() { counts[index] += count }
            sum += histogram.sum
        }
        return MetricHistogram(bounds: first.bounds, counts: counts, sum: sum)
    }
}
