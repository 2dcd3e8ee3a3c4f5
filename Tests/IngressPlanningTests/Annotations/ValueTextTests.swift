import Testing

@testable import IngressPlanning

@Suite struct ValueTextTests {
    @Test(
        arguments: [
            ("1ms", 1), ("500ms", 500), ("60s", 60_000), ("1m30s", 90_000), ("1.5s", 1500), (".5s", 500), ("1.s", 1000),
            ("1h", 3_600_000), ("1500us", 2), ("1500µs", 2), ("1ns", 1), ("596h", 2_145_600_000),
            ("", nil), ("1", nil), ("0s", nil), ("-1s", nil), ("+1s", nil), ("1d", nil), ("1s ", nil), ("s1", nil),
            (".s", nil), ("1..5s", nil), ("596h1ms", nil), ("1e3s", nil), ("999999999999999999999h", nil), ("١s", nil),
        ] as [(String, Int?)])
    func `A Go duration is read in milliseconds`(text: String, milliseconds: Int?) {
        #expect(GoDuration.milliseconds(text) == milliseconds)
    }

    @Test(
        arguments: [
            ("0", 0), ("1", 1), ("10Mi", 10 << 20), ("1.5Gi", 3 << 29), ("0.5Ki", 512), ("8M", 8_000_000),
            ("500k", 500_000),
            ("1e3", 1000), ("1E3", 1000), ("12E1", 120), ("1E", 1_000_000_000_000_000_000), ("8000m", 8),
            ("1.50k", 1500),
            ("7Ei", 7 << 60), ("0.0000000000", 0), (".5k", 500), ("5.", 5), ("0E18", 0),
            ("", nil), ("-1", nil), ("+1", nil), ("8m", nil), ("0.3Ki", nil), ("1.5", nil), ("8Ei", nil), ("10E", nil),
            ("1K", nil), ("1MB", nil), ("1 Mi", nil), ("Mi", nil), (".", nil), ("1e", nil), ("1e99", nil),
            ("99999999999999999999", nil), ("0x10", nil), ("1_000", nil),
        ] as [(String, Int?)])
    func `A Kubernetes quantity is read in bytes`(text: String, bytes: Int?) {
        #expect(KubernetesQuantity.bytes(text) == bytes)
    }

    @Test(arguments: [
        ("0", 0), ("1000", 1000), ("8k", 8192), ("8K", 8192), ("8m", 8 << 20), ("8M", 8 << 20), ("1g", 1 << 30),
        (" 1G ", 1 << 30), ("007", 7),
    ])
    func `A size of nginx is read in bytes`(text: String, bytes: Int) throws {
        #expect(try IngressNginxGrammar.size.parse(text) == bytes)
    }
}
