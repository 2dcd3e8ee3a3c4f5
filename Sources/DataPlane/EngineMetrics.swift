/// A snapshot of the engine's counters, summed over its loops. Counters only grow while the engine lives.
package struct EngineMetrics: Sendable, Equatable {
    /// Requests and bytes of one listener.
    package struct ListenerCounters: Sendable, Equatable {
        package var listener: BoundListener
        package var connectionsAccepted: UInt64 = 0
        package var connectionsActive: UInt64 = 0
        /// Answered requests by status class: index 0 is 1xx, 4 is 5xx.
        package var responsesByClass: [UInt64] = [0, 0, 0, 0, 0]
    }

    /// Requests of the routes of one Ingress.
    package struct RouteCounters: Sendable, Equatable {
        /// The Ingress as `namespace/name`; `default` for routes that none owns, `other` beyond the bound on series.
        package var ingress: String
        /// Answered requests by status class: index 0 is 1xx, 4 is 5xx.
        package var responsesByClass: [UInt64] = [0, 0, 0, 0, 0]
    }

    /// Traffic of one pool.
    package struct PoolCounters: Sendable, Equatable {
        /// The pool's name; `other` beyond the bound on series.
        package var pool: String
        package var requests: UInt64 = 0
        package var connects: UInt64 = 0
        package var connectFailures: UInt64 = 0
        package var retries: UInt64 = 0
        package var targetsHealthy: UInt64 = 0
        package var targetsTotal: UInt64 = 0
    }

    /// Requests that were refused for one reason.
    package struct RefusalCounter: Sendable, Equatable {
        /// A short, constant name such as `bare-cr` or `repeated-host`.
        package var reason: String
        package var requests: UInt64 = 0
    }

    /// A cumulative histogram as Prometheus has it.
    package struct Histogram: Sendable, Equatable {
        /// Upper bounds in seconds, ascending, without the infinite one.
        package var bounds: [Double] = []
        /// Observations per bucket, not cumulated; one more than bounds for those above the last.
        package var counts: [UInt64] = []
        /// The sum of all observations in seconds.
        package var sum: Double = 0
    }

    package var listeners: [ListenerCounters] = []
    package var routes: [RouteCounters] = []
    package var pools: [PoolCounters] = []
    /// Time from the first byte of a request head to the last byte of the response.
    package var requestDuration = Histogram()
    package var bytesReceived: UInt64 = 0
    package var bytesSent: UInt64 = 0
    /// Connections that were refused because of the connection limit.
    package var connectionsRefused: UInt64 = 0
    /// Requests that were answered 421 because their host has another TLS policy than their connection.
    package var misdirectedRequests: UInt64 = 0
    /// Requests that were refused before a route was looked for, by reason.
    package var refusals: [RefusalCounter] = []
    /// Requests whose client went away before it had the whole response.
    package var clientsLeft: UInt64 = 0
    package var tlsHandshakes: UInt64 = 0
    package var tlsHandshakesResumed: UInt64 = 0
    package var tlsHandshakeFailures: UInt64 = 0
    package var upstreamConnectionsActive: UInt64 = 0
    package var upstreamConnectionsIdle: UInt64 = 0
    /// Access log lines that were dropped because their writer could not keep up.
    package var accessLogDropped: UInt64 = 0
    /// Grows by one with every plan that was applied; 0 before the first.
    package var configurationGeneration: UInt64 = 0

    package init() {}
}
