import LoadBalancerModel
import Observability
import Testing

@testable import DataPlane

@Suite("Metrics of the engine")
struct EngineMetricsTests {
    private func engine(port: Int) -> EngineMetrics {
        var metrics = EngineMetrics()
        var listener = EngineMetrics.ListenerCounters(
            listener: BoundListener(protocol: .http, address: "::1", port: port))
        listener.connectionsAccepted = 2
        listener.responsesByClass = [0, 5, 0, 1, 0]
        metrics.listeners = [listener]
        metrics.routes = [EngineMetrics.RouteCounters(ingress: "shop/web", responsesByClass: [0, 5, 0, 1, 0])]
        metrics.pools = [EngineMetrics.PoolCounters(pool: "p", requests: 6, targetsHealthy: 1, targetsTotal: 2)]
        metrics.requestDuration = EngineMetrics.Histogram(bounds: [0.1, 1], counts: [3, 2, 1], sum: 4.5)
        metrics.bytesSent = 100
        metrics.tlsHandshakes = 7
        metrics.tlsHandshakesResumed = 3
        metrics.misdirectedRequests = 2
        return metrics
    }

    @Test("Listeners, Ingresses and pools are told apart by labels")
    func labels() {
        let text = PrometheusText.render(EngineMetrics.families([engine(port: 8080)]))
        #expect(text.contains(#"headgate_listener_connections_total{protocol="http",address="[::1]:8080"} 2"#))
        #expect(
            text.contains(#"headgate_listener_responses_total{protocol="http",address="[::1]:8080",code="2xx"} 5"#))
        #expect(text.contains(#"headgate_ingress_responses_total{ingress="shop/web",code="4xx"} 1"#))
        #expect(text.contains(#"headgate_pool_targets{pool="p"} 2"#))
        #expect(text.contains(#"headgate_pool_targets_healthy{pool="p"} 1"#))
        #expect(text.contains(#"headgate_request_duration_seconds_bucket{le="1"} 5"#))
        #expect(text.contains("headgate_tls_handshakes_total 7\n"))
        #expect(text.contains("headgate_tls_handshakes_resumed_total 3\n"))
    }

    @Test("Of several engines what has the same labels is summed, and no series appears twice")
    func sums() {
        let text = PrometheusText.render(EngineMetrics.families([engine(port: 1), engine(port: 2)]))
        #expect(text.contains(#"headgate_ingress_responses_total{ingress="shop/web",code="2xx"} 10"#))
        #expect(text.contains(#"headgate_pool_requests_total{pool="p"} 12"#))
        #expect(text.contains("headgate_sent_bytes_total 200\n"))
        #expect(text.contains("headgate_misdirected_requests_total 4\n"))
        #expect(text.contains("headgate_request_duration_seconds_sum 9\n"))
        #expect(text.contains(#"headgate_request_duration_seconds_bucket{le="+Inf"} 12"#))
        let series = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { $0.split(separator: " ")[0] }
        #expect(Set(series).count == series.count)
    }

    @Test("Names follow the conventions", arguments: EngineMetrics.families([EngineMetrics()]))
    func names(family: MetricFamily) {
        #expect(family.name.hasPrefix("headgate_"))
        #expect(family.name.allSatisfy { $0.isLowercase || $0 == "_" })
        #expect((family.kind == .counter) == family.name.hasSuffix("_total"))
        #expect(family.help.hasSuffix("."))
    }
}
