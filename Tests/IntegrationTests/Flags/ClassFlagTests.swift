import Foundation
import Testing

@Suite("Flags of classes and defaults", .timeLimit(.minutes(5)), .serialized)
struct ClassFlagTests {
    private static func ingress(_ host: String, class name: String?) -> String {
        let line = name.map { "  ingressClassName: \($0)\n" } ?? ""
        return GoodSite.ingress(host).replacing("  ingressClassName: headgate\n", with: line)
    }

    @Test(
        "--ingress-class claims a class by name, and a notice says so where it is not given", arguments: [true, false])
    func ingressClass(isGiven: Bool) async throws {
        let site = try await GoodSite()
        try site.manifests.write(Self.ingress("victim.example", class: "nginx"), to: "victim.yaml")
        let headgate = try await RunningHeadgate(site.manifests.url, isGiven ? ["--ingress-class", "nginx"] : [])
        #expect(try await site.isServed("victim.example", by: headgate) == isGiven)
        #expect(try await site.isServed(by: headgate))
        if !isGiven {
            let notice = try await headgate.diagnostic("the foreign class") { $0.object.name == "victim" }
            #expect(notice.severity == "info")
            #expect(notice.message.contains("nginx"))
            #expect(notice.message.contains("--ingress-class"))
        }
    }

    @Test("--ingress-class claims the deprecated annotation as well")
    func deprecatedAnnotation() async throws {
        let site = try await GoodSite()
        let annotated = Manifests.ingress(
            "victim", host: "victim.example", service: "backend", annotations: ["kubernetes.io/ingress.class": "nginx"]
        ).replacing("  ingressClassName: headgate\n", with: "")
        try site.manifests.write(annotated, to: "victim.yaml")
        let headgate = try await RunningHeadgate(site.manifests.url, ["--ingress-class", "nginx"])
        #expect(try await site.isServed("victim.example", by: headgate))
    }

    @Test("An IngressClass of another controller is not claimed by name")
    func foreignController() async throws {
        let site = try await GoodSite()
        try site.manifests.write(
            Manifests.joined(
                Manifests.ingressClass.replacing("name: headgate", with: "name: nginx")
                    .replacing("headgate.dev/ingress-controller", with: "k8s.io/ingress-nginx"),
                Self.ingress("victim.example", class: "nginx")),
            to: "victim.yaml")
        let headgate = try await RunningHeadgate(site.manifests.url, ["--ingress-class", "nginx"])
        #expect(try await headgate.curl.get("http://victim.example/").status == 404)
        #expect(try await site.isServed(by: headgate))
    }

    @Test("--watch-ingress-without-class claims Ingresses that name none", arguments: [true, false])
    func withoutClass(isGiven: Bool) async throws {
        let site = try await GoodSite()
        try site.manifests.write(Self.ingress("victim.example", class: nil), to: "victim.yaml")
        let headgate = try await RunningHeadgate(
            site.manifests.url, isGiven ? ["--watch-ingress-without-class"] : [])
        #expect(try await site.isServed("victim.example", by: headgate) == isGiven)
        let path = site.manifests.url.path
        let plan = try await Finished.running(
            Executables.headgate,
            ["plan", "-f", path, "--output", "json"] + (isGiven ? ["--watch-ingress-without-class"] : []))
        #expect(plan.status == 0)
        #expect(plan.output.contains("\"host\" : \"victim.example\"") == isGiven, "plan takes the flag as well")
    }

    @Test("--default-backend takes what no Ingress does", arguments: ["default/backend:80", "default/backend:web"])
    func defaultBackend(value: String) async throws {
        let site = try await GoodSite()
        if value.hasSuffix("web") {
            let good = try site.manifests.text(of: "good.yaml")
            let named = good.replacing("- port: 80\n", with: "- name: web\n      port: 80\n")
                .replacing(/\nports:\n  - port/, with: "\nports:\n  - name: web\n    port")
            try site.manifests.write(named, to: "good.yaml")
        }
        let headgate = try await RunningHeadgate(site.manifests.url, ["--default-backend", value])
        #expect(try await site.isServed("unknown.example", by: headgate))
        let tls = try await headgate.curl.get("https://unknown.example/any/path")
        #expect(tls.echo?.path == "/any/path")
    }

    @Test("A default backend that is missing answers an error, and is reported")
    func missingDefaultBackend() async throws {
        let site = try await GoodSite()
        let headgate = try await RunningHeadgate(site.manifests.url, ["--default-backend", "default/nowhere:80"])
        #expect(try await headgate.curl.get("http://unknown.example/").status == 500)
        try await headgate.diagnostic("the missing Service") { $0.message.contains("default/nowhere") }
        #expect(try await site.isServed(by: headgate))
    }
}
