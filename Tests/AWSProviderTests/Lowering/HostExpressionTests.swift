import ProvisioningTesting
import Testing

@testable import AWSProvider

/// A host as an expression means the same, whatever AWS compares it with.
@Suite("Hosts as expressions")
struct HostExpressionTests {
    private func takes(_ host: String, _ field: String) -> Set<Bool> {
        Set(
            ALBHostComparison.allCases.map { comparison in
                let rule = ALBRuleModel(
                    name: "rule", priority: 1, conditions: [.hostExpression([HostExpression(host).text])],
                    action: .fixedResponse(status: 200))
                let listener = ALBListenerModel(
                    rules: [rule], defaultAction: .fixedResponse(status: 404), hostComparison: comparison)
                return listener.answer(to: ALBRequest(host: field, target: "/")).rule != nil
            })
    }

    @Test(
        "It takes its names in any case and with any port, and no others",
        arguments: [
            ("*.example.com", "a.example.com", true), ("*.example.com", "A.Example.COM", true),
            ("*.example.com", "a.example.com:8080", true), ("*.example.com", "A.EXAMPLE.com:8443", true),
            ("*.example.com", "example.com", false), ("*.example.com", "b.a.example.com", false),
            ("*.example.com", "a.example.com.evil.test", false), ("*.example.com", "a.exampleXcom", false),
            ("*.example.com", ".example.com", false), ("intranet", "Intranet:80", true),
            ("intranet", "intranet.example.com", false), ("intranet", "myintranet", false), ("a.b-1", "A.b-1", true),
        ])
    func fields(host: String, field: String, isTaken: Bool) {
        #expect(takes(host, field) == [isTaken])
    }

    @Test(
        "What AWS has no room for is left out, and said",
        arguments: [(27, nil), (28, "regard to case"), (110, "a port")])
    func length(count: Int, text: String?) {
        let expression = HostExpression("*." + String(repeating: "a", count: count))
        #expect(expression.text.utf8.count <= 128)
        #expect((expression.difference == nil) == (text == nil))
        if let text { #expect(expression.difference?.contains(text) == true, "\(expression.difference ?? "")") }
    }
}
