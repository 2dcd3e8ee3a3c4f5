import Observability
import Testing

@Suite("Prometheus text exposition")
struct PrometheusTextTests {
    @Test("A counter has its help, its type and its value")
    func counter() {
        let text = PrometheusText.render([.counter("requests_total", help: "Requests answered.", value: 3)])
        #expect(
            text == """
                # HELP requests_total Requests answered.
                # TYPE requests_total counter
                requests_total 3

                """)
    }

    @Test(
        "Label values are escaped",
        arguments: [
            ("plain", "plain"), ("say \"hi\"", #"say \"hi\""#), (#"C:\dir"#, #"C:\\dir"#),
            ("two\nlines", #"two\nlines"#),
            ("ünïcode", "ünïcode"), ("", ""),
        ])
    func labels(value: String, expected: String) {
        let text = PrometheusText.render([
            .gauge("g", help: "h", [MetricSample(1, labels: [MetricLabel("a", value), MetricLabel("b", "x")])])
        ])
        #expect(text == "# HELP g h\n# TYPE g gauge\ng{a=\"\(expected)\",b=\"x\"} 1\n")
    }

    @Test("A help text keeps its quotes and has backslash and line feed escaped")
    func help() {
        let text = PrometheusText.render([.gauge("g", help: "a \"b\" \\ c\nd", value: 0)])
        #expect(text.hasPrefix(#"# HELP g a "b" \\ c\nd"# + "\n"))
    }

    @Test(
        "Numbers read as Go floats",
        arguments: [
            (0.0, "0"), (-1.0, "-1"), (1.5, "1.5"), (1e15, "1000000000000000"), (1e300, "1e+300"),
            (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"),
        ])
    func numbers(number: Double, expected: String) {
        let text = PrometheusText.render([.gauge("g", help: "h", value: number)])
        #expect(text.hasSuffix("g \(expected)\n"))
    }

    @Test("A histogram has cumulative buckets up to infinity, a sum and a count")
    func histogram() {
        var histogram = MetricHistogram(bounds: [0.1, 1])
        for value in [0.05, 0.1, 0.5, 7] { histogram.observe(value) }
        let text = PrometheusText.render([
            .histogram("d", help: "h", [MetricSample(histogram, labels: [MetricLabel("l", "v")])])
        ])
        #expect(
            text == """
                # HELP d h
                # TYPE d histogram
                d_bucket{l="v",le="0.1"} 2
                d_bucket{l="v",le="1"} 3
                d_bucket{l="v",le="+Inf"} 4
                d_sum{l="v"} 7.65
                d_count{l="v"} 4

                """)
    }

    @Test("A family without samples is left out")
    func empty() {
        #expect(PrometheusText.render([.gauge("g", help: "h", [])]).isEmpty)
    }

    @Test("Counts that were collected elsewhere are taken over, those beyond the bounds as above the last")
    func takenOver() {
        let histogram = MetricHistogram(bounds: [1, 2], counts: [1, 2, 3, 4], sum: 10)
        #expect(histogram.counts == [1, 2, 7])
        #expect(histogram.count == 10)
        #expect(MetricHistogram(bounds: [1, 2], counts: [1], sum: 1).counts == [1, 0, 0])
    }
}
