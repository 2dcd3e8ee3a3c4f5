import Testing

@testable import IngressPlanning

@Suite struct ValueGrammarTests {
    @Test(arguments: [
        ("1ms", 1), ("500ms", 500), ("60s", 60_000), ("1m30s", 90_000), ("1.5s", 1500), ("596h", 2_145_600_000),
    ])
    func `A native timeout is a Go duration`(text: String, milliseconds: Int) throws {
        #expect(try NativeGrammar.durationMilliseconds.parse(text) == milliseconds)
    }

    @Test(arguments: [
        ("0", 0), ("1", 1), ("10Mi", 10 << 20), ("1.5Gi", 3 << 29), ("8M", 8_000_000), ("1e6", 1_000_000),
    ])
    func `A native size is a Kubernetes quantity`(text: String, bytes: Int) throws {
        #expect(try NativeGrammar.quantityBytes.parse(text) == bytes)
    }

    @Test(arguments: [
        ("0", 0), ("1000", 1000), ("8k", 8192), ("8K", 8192), ("8m", 8 << 20), ("8M", 8 << 20), ("1g", 1 << 30),
        (" 1G ", 1 << 30), ("007", 7),
    ])
    func `A size of nginx counts in powers of 1024`(text: String, bytes: Int) throws {
        #expect(try IngressNginxGrammar.size.parse(text) == bytes)
    }

    @Test(
        arguments: [
            ("1", true), ("t", true), ("T", true), ("TRUE", true), ("true", true), ("True", true),
            ("0", false), ("f", false), ("F", false), ("FALSE", false), ("false", false), ("False", false),
            ("yes", nil), ("on", nil), ("tRUE", nil), ("", nil), ("true ", nil),
        ] as [(String, Bool?)])
    func `A boolean of ingress-nginx is one of Go's`(text: String, value: Bool?) {
        #expect(IngressNginxGrammar.goBoolean(text) == value)
    }
}

@Suite struct AnnotationTextTests {
    @Test(arguments: [
        ("{\"a\": 1}\n", "{\"a\": 1}"), ("  {\n  \"a\":\t1}\r\n", "  {   \"a\": 1}"), ("a\u{7}b", "a\u{FFFD}b"),
        ("\n", ""),
        (String(repeating: "x", count: 81) + "\n", String(repeating: "x", count: 80) + "…"),
        (String(repeating: "x", count: 80) + "\n", String(repeating: "x", count: 80)),
    ])
    func `A value is shown on one line, without the white space around it`(text: String, shown: String) {
        #expect(AnnotationText.shown(text) == shown)
    }
}
