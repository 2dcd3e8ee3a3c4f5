import Testing

@testable import KubernetesModel

@Suite struct SecretTests {
    private func secret(_ body: String) -> String { "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n\(body)\n" }

    @Test("data is decoded, and stringData wins over it")
    func data() throws {
        let file = parse(
            secret("data:\n  a: aGVs\n    bG8=\n  b: |\n    aGVs\n    bG8=\nstringData: {b: plain}").replacing(
                "aGVs\n    bG8=\n  b", with: "aGVsbG8=\n  b"))
        guard case .secret(let secret)? = file.objects.first?.object else { throw TestFailure() }
        #expect(secret.data["a"] == SecretValue(Array("hello".utf8)))
        #expect(secret.data["b"] == SecretValue(Array("plain".utf8)))
        #expect(secret.type == "Opaque")
    }

    @Test(
        "No value of a Secret is in a finding, whatever is wrong with it",
        arguments: [
            "data: {k: hunter2}", "data: {k: 'hunter2 '}", "data: hunter2", "data: [hunter2]",
            "data: {k: {x: hunter2}}", "stringData: hunter2",
            "stringData: {k: [hunter2]}", "type: [hunter2]", "type: kubernetes.io/tls\nstringData: {tls.key: hunter2}",
            "immutable: hunter2",
            "hunter: hunter2", "data: {k: aGVsbG8=, k: hunter2}", "metadata: hunter2", "data: {'bad key': hunter2}",
            "data: {k: \"hunter2\nx: }",
        ])
    func redaction(body: String) {
        let file = parse(secret(body))
        #expect(!file.findings.isEmpty)
        for finding in file.findings {
            #expect(!"\(finding.message) \(finding.value ?? "")".contains("hunter2"))
        }
        #expect(!"\(file)".contains("hunter2"))
    }

    @Test("A number where a string must be is not shown either")
    func numbers() {
        let file = parse(secret("stringData: {pin: 48151623}"))
        #expect(file.findings.map(\.field) == ["stringData[pin]"])
        #expect(!file.findings[0].message.contains("48151623"))
    }

    @Test("Invalid base64 names the key and the remedy")
    func base64() throws {
        let finding = try #require(parse(secret("data: {tls.crt: '-----BEGIN'}")).findings.first)
        #expect(finding.field == "data[tls.crt]")
        #expect(finding.remedy?.contains("stringData") == true)
    }
}

struct TestFailure: Error {}
