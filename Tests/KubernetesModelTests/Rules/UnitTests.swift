import Testing

@testable import KubernetesModel

@Suite struct UnitTests {
    @Test(
        "Durations are read as Go reads them",
        arguments: [
            ("5s", 5_000), ("1m30s", 90_000), ("500ms", 500), ("1.5h", 5_400_000), ("0", 0), ("0s", 0), ("1500us", 1),
            (".5s", 500), ("1.s", 1_000), ("+1s", 1_000),
            ("1h2m3s4ms", 3_723_004), ("", nil), ("5", nil), ("s", nil), ("5 s", nil), ("-5s", nil), ("5x", nil),
            (".s", nil), ("1us", nil), ("1.2.3s", nil), ("99999999999999h", nil), ("١s", nil),
        ] as [(String, Int?)])
    func durations(text: String, milliseconds: Int?) {
        #expect(GoDuration.parse(text)?.count == milliseconds)
    }

    @Test(
        "Durations are written as Go writes them",
        arguments: [(0, "0s"), (500, "500ms"), (90_000, "1m30s"), (3_600_000, "1h"), (1_500, "1.5s")])
    func writtenDurations(milliseconds: Int, text: String) {
        #expect(Milliseconds(milliseconds).description == text)
        #expect(GoDuration.parse(text)?.count == milliseconds)
    }

    @Test(
        "Quantities are read as Kubernetes reads them",
        arguments: [
            ("1024", 1_024), ("10Mi", 10_485_760), ("1G", 1_000_000_000), ("1.5Ki", 1_536), ("1k", 1_000),
            ("1e3", 1_000), ("0.1", 1), ("0", 0), ("9223372036854775807", .max),
            ("", nil), ("Mi", nil), ("10MB", nil), ("10mi", nil), ("-1", nil), ("1 Mi", nil), ("1.2.3", nil),
            ("1e", nil), ("99999P", nil), ("1K", nil),
        ] as [(String, Int?)])
    func quantities(text: String, bytes: Int?) {
        #expect(Quantity.parse(text) == bytes)
    }

    @Test(
        "Times are those of RFC 3339",
        arguments: [
            ("2024-01-01T00:00:00Z", true), ("2024-01-01T00:00:00.123+01:00", true), ("2024-01-01", false),
            ("2024-13-01T00:00:00Z", false),
            ("2024-01-01T00:00:00", false), ("2024-01-01T00:00:00.Z", false), ("2024-01-01 00:00:00Z", false),
            ("2024-01-01T00:00:00Zx", false),
        ])
    func times(text: String, isTime: Bool) {
        #expect(TimeRules.isRFC3339(text) == isTime)
    }
}
