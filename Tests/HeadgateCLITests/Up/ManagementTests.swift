import LoadBalancerModel
import Observability
import Testing

@testable import HeadgateCLI

@Suite("Readiness and metrics of the control loop")
struct ManagementTests {
    @Test("Stopping is the end: nothing is ready after it")
    func readiness() {
        let readiness = Readiness()
        #expect(readiness.state == .starting)
        readiness.serve()
        #expect(readiness.state == .serving)
        readiness.stop()
        readiness.serve()
        #expect(readiness.state == .stopping)
    }

    @Test("Rounds are counted by result, and the last one is described")
    func rounds() {
        let metrics = ControllerMetrics()
        #expect(
            PrometheusText.render(metrics.families(version: "1")).contains("headgate_build_info{version=\"1\"} 1\n"))
        let diagnostic = Diagnostic(
            object: ObjectReference(kind: "File", name: "x"), severity: .error, reason: "R", message: "m")
        metrics.record(
            ControllerMetrics.Round(
                seconds: 0.02, succeeded: true, ingresses: 3, plans: [], diagnostics: [], time: 1_000))
        metrics.record(
            ControllerMetrics.Round(
                seconds: 0.02, succeeded: false, ingresses: 2, plans: [], diagnostics: [diagnostic], time: 2_000))
        let text = PrometheusText.render(metrics.families(version: "1"))
        #expect(text.contains("headgate_reloads_total{result=\"success\"} 1\n"))
        #expect(text.contains("headgate_reloads_total{result=\"failure\"} 1\n"))
        #expect(text.contains("headgate_last_reload_successful 0\n"))
        #expect(text.contains("headgate_last_reload_success_timestamp_seconds 1000\n"))
        #expect(text.contains("headgate_ingresses 2\n"))
        #expect(text.contains("headgate_diagnostics{severity=\"error\"} 1\n"))
        #expect(text.contains("headgate_diagnostics{severity=\"info\"} 0\n"))
        #expect(text.contains("headgate_reload_duration_seconds_count 2\n"))
    }
}
