import Testing

@testable import KubernetesModel

@Suite struct KindTests {
    private func document(_ apiVersion: String, _ kind: String) -> String {
        "apiVersion: \(apiVersion)\nkind: \(kind)\nmetadata: {name: x}\n"
    }

    @Test(
        "Kinds that belong to others are skipped in silence",
        arguments: [
            ("apps/v1", "Deployment"), ("v1", "Pod"), ("networking.k8s.io/v1", "NetworkPolicy"), ("batch/v1", "Job"),
            ("gateway.networking.k8s.io/v1", "HTTPRoute"), ("extensions/v1beta1", "Deployment"),
            ("headgate.dev/v1alpha1", "LoadBalancer"),
        ])
    func foreign(apiVersion: String, kind: String) {
        let file = parse(document(apiVersion, kind) + "spec: {bogus: [}]}\n".replacing("[}]", with: "[]"))
        #expect(file.objects.isEmpty && file.findings.isEmpty && file.refused.isEmpty)
    }

    @Test(
        "Old and wrong API versions are refused with the version that is read",
        arguments: [
            ("extensions/v1beta1", "Ingress", "networking.k8s.io/v1"),
            ("networking.k8s.io/v1beta1", "Ingress", "networking.k8s.io/v1"),
            ("networking.k8s.io/v1beta1", "IngressClass", "networking.k8s.io/v1"),
            ("v1", "Ingress", "networking.k8s.io/v1"),
            ("discovery.k8s.io/v1beta1", "EndpointSlice", "discovery.k8s.io/v1"),
            ("networking.k8s.io/v1", "Service", "v1"),
            ("headgate.dev/v1", "StaticSite", "headgate.dev/v1alpha1"),
        ])
    func oldVersion(apiVersion: String, kind: String, read: String) throws {
        let file = parse(document(apiVersion, kind))
        let finding = try #require(file.findings.first)
        #expect(file.findings.count == 1 && file.objects.isEmpty)
        #expect(finding.reason == .unsupportedVersion && finding.severity == .error)
        #expect(finding.object == file.refused.first?.identity)
        #expect(finding.remedy?.contains("change apiVersion to \(read)") == true)
    }

    @Test("A kind of the same name in another group is noted and skipped")
    func namesake() {
        let file = parse(document("k8s.example.com/v1", "StorageBucket"))
        #expect(file.findings.map(\.severity) == [.info])
        #expect(file.refused.isEmpty)
    }

    @Test("Endpoints are noted, and EndpointSlice is named")
    func endpoints() {
        let file = parse(document("v1", "Endpoints"))
        #expect(file.findings.map(\.severity) == [.info])
        #expect(file.findings.first?.remedy?.contains("EndpointSlice") == true)
    }

    @Test("An unknown kind of Headgate's own group is an error, one of networking.k8s.io a warning")
    func unknownKind() {
        #expect(parse(document("headgate.dev/v1alpha1", "StaticSites")).findings.map(\.severity) == [.error])
        #expect(parse(document("networking.k8s.io/v1", "Ingres")).findings.map(\.severity) == [.warning])
    }

    @Test(
        "Without apiVersion or kind a document is refused",
        arguments: [
            ("kind: Ingress\n", "apiVersion"), ("apiVersion: v1\n", "kind"),
            ("apiVersion: 1\nkind: Pod\n", "apiVersion"),
        ])
    func missing(text: String, field: String) {
        let file = parse(text)
        #expect(file.findings.map(\.field) == [field])
        #expect(file.refused.count == 1)
    }
}
