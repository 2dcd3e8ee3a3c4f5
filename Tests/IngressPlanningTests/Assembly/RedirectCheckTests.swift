import LoadBalancerModel
import Testing

@testable import IngressPlanning

@Suite struct RedirectCheckTests {
    private static let force = "nginx.ingress.kubernetes.io/force-ssl-redirect"

    private func planned(
        spec: String = "{}", annotations: [String: String], servesHTTPS: Bool
    ) throws -> Planned {
        try Planned([
            Manifests.ingressClass(spec: spec), Manifests.service("shop/web"),
            Manifests.ingress("shop/web", annotations: annotations, rules: [("a.example", ["Prefix / web:80"])]),
        ]) { $0.servesHTTPS = servesHTTPS }
    }

    @Test(arguments: [
        ("{}", false, "have HTTPS served with --https-address"),
        ("{listeners: [{protocol: HTTP, port: 8080}]}", true, "add a listener with the protocol HTTPS"),
    ])
    func `A redirect to HTTPS that nothing serves is made, and told of`(
        spec: String, servesHTTPS: Bool, remedy: String
    ) throws {
        let planned = try planned(spec: spec, annotations: [Self.force: "true"], servesHTTPS: servesHTTPS)
        let finding = try planned.finding("RedirectWithoutHTTPS")
        #expect(finding.summary == "warning RedirectWithoutHTTPS shop/web metadata.annotations[\(Self.force)]")
        #expect(finding.value == "true")
        #expect(finding.remedy?.lowercased().contains(remedy.lowercased()) == true)
        #expect(try planned.plan().route(of: "shop/web").filters.redirectToHTTPS != nil)
    }

    @Test(arguments: [
        ("{}", force, true), ("{redirectToHTTPS: {enabled: false, port: 443}}", force, false),
        ("{}", "nginx.ingress.kubernetes.io/ssl-redirect", false),
        ("{listeners: [{protocol: HTTPS, port: 8443}]}", force, false),
    ])
    func `Nothing is told where HTTPS is served, where its port is named, and without a redirect`(
        spec: String, annotation: String, servesHTTPS: Bool
    ) throws {
        let planned = try planned(spec: spec, annotations: [annotation: "true"], servesHTTPS: servesHTTPS)
        #expect(planned.findings.isEmpty)
    }

    @Test func `A redirect that the class asks for is told with the class`() throws {
        let planned = try Planned([
            Manifests.ingressClass(spec: "{redirectToHTTPS: true}"), Manifests.service("shop/web"),
            Manifests.ingress(
                "shop/web", className: "headgate", rules: [("a.example", ["Prefix / web:80"])],
                tls: ["{hosts: [a.example]}"]),
        ]) { $0.servesHTTPS = false }
        let finding = try planned.finding("RedirectWithoutHTTPS")
        #expect(finding.field == "spec.ingressClassName")
        #expect(finding.value == "headgate")
    }

    private static let redirect = "alb.ingress.kubernetes.io/ssl-redirect"

    @Test(arguments: ["8443", "80"])
    func `On AWS a redirect to a port without a listener of HTTPS is left out, and told of`(port: String) throws {
        let planned = try planned(
            spec: "{provider: {name: aws}}", annotations: [Self.redirect: port], servesHTTPS: true)
        let finding = try planned.finding("RedirectWithoutHTTPS")
        #expect(finding.summary == "warning RedirectWithoutHTTPS shop/web metadata.annotations[\(Self.redirect)]")
        #expect(finding.value == port)
        #expect(finding.remedy?.contains(#"{"HTTPS": \#(port)} to listen-ports"#) == true)
        #expect(try planned.plan().route(of: "shop/web").filters.redirectToHTTPS == nil)
    }

    @Test func `On AWS a redirect to a port of HTTPS is made`() throws {
        let planned = try planned(
            spec: "{provider: {name: aws}}", annotations: [Self.redirect: "443"], servesHTTPS: true)
        #expect(!planned.findings.contains { $0.contains("RedirectWithoutHTTPS") })
        #expect(try planned.plan().route(of: "shop/web").filters.redirectToHTTPS?.port == 443)
    }
}
