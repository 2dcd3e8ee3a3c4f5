import LoadBalancerModel
import Testing

@testable import IngressPlanning

/// Ingresses that the provider can't take.
@Suite struct RefusedIngressTests {
    private static let older = "2024-01-01T00:00:00Z"
    private static let younger = "2025-01-01T00:00:00Z"

    /// Two Ingresses with the same path and default backends, of which the older has another host as well.
    private func plan(refusing: Bool) throws -> Planned {
        try Planned([
            Manifests.ingressClass(spec: "{provider: {name: aws}}"), Manifests.service("shop/web"),
            Manifests.service("shop/api"),
            Manifests.ingress(
                "shop/late", created: Self.older,
                rules: [("shop.example.com", ["Prefix /a api:80"]), ("api.example.com", ["Prefix / api:80"])],
                defaultBackend: "api:80"),
            Manifests.ingress(
                "shop/front", created: Self.younger, rules: [("shop.example.com", ["Prefix /a web:80"])],
                defaultBackend: "web:80"),
        ]) { options in
            guard refusing else { return }
            options.refused = [RefusedIngress(ingress: "shop/late", reason: "Test", message: "It can't be had.")]
        }
    }

    @Test func `What they would take from others stays with those, and what they had keeps its targets`() throws {
        let asked = try plan(refusing: false)
        #expect(
            Set(try asked.plan().routes.filter { $0.match.host == "shop.example.com" }.map(\.ingress)) == ["shop/late"])
        #expect(try asked.plan().refused == nil)
        let planned = try plan(refusing: true)
        let plan = try planned.plan()
        #expect(Set(plan.routes.compactMap(\.ingress)) == ["shop/front"])
        #expect(plan.routes.contains { $0.match.path.kind == .fallback && $0.ingress == "shop/front" })
        #expect(plan.ingresses == ["shop/front", "shop/late"])
        let refused = try #require(plan.refused?.first)
        #expect(refused.message == "It can't be had." && refused.hosts == ["api.example.com", "shop.example.com"])
        let pool = try #require(refused.pools?.first?.pool)
        #expect(plan.pools.contains { $0.name == pool } && refused.pools?.count == 1)
        // Nobody lost anything to it.
        #expect(!asked.result.diagnostics.isEmpty)
        #expect(
            !planned.result.diagnostics.contains { $0.reason.contains("Conflict") }, "\(planned.result.diagnostics)")
    }

    @Test func `They redirect nobody else, and what is redirected stays so`() throws {
        let ingresses = [
            BalancerPlanning.ingress("late", ["ssl-redirect": "443"], created: Self.older),
            BalancerPlanning.ingress("front", ["scheme": "internal"], created: Self.younger),
        ]
        let manifests = [Manifests.ingressClass(spec: "{provider: {name: aws}}"), Manifests.service("shop/web")]
        let asked = try Planned(manifests + ingresses).plan()
        #expect(asked.routes.allSatisfy { $0.filters.redirectToHTTPS != nil } && asked.unsettledGuards == nil)
        let plan = try Planned(manifests + ingresses) { options in
            options.refused = [RefusedIngress(ingress: "shop/late", reason: "Test", message: "It can't be had.")]
        }.plan()
        #expect(plan.routes.allSatisfy { $0.filters.redirectToHTTPS == nil })
        #expect(plan.unsettledGuards == [.redirects])
    }

    @Test func `Their hosts have the default backend of hosts that have no own one`() throws {
        func plan(refusing: Bool) throws -> LoadBalancerPlan {
            try Planned([
                Manifests.ingressClass(spec: "{provider: {name: aws}}"), Manifests.service("shop/web"),
                Manifests.service("shop/api"), Manifests.service("shop/rest"),
                Manifests.ingress(
                    "shop/every", created: Self.older, rules: [("", ["Exact /c web:80"])], defaultBackend: "web:80"),
                Manifests.ingress("shop/rest", created: Self.younger, defaultBackend: "rest:80"),
                Manifests.ingress(
                    "shop/late", created: Self.younger, rules: [("late.example.com", ["Prefix /a api:80"])]),
            ]) { options in
                guard refusing else { return }
                options.refused = [RefusedIngress(ingress: "shop/late", reason: "Test", message: "It can't be had.")]
            }.plan()
        }
        let asked = try plan(refusing: false)
        #expect(asked.hostFallback == nil)
        let host = try #require(asked.routes.first { $0.match.host != nil && $0.match.path.kind == .fallback })
        #expect(host.ingress == "shop/rest")
        let left = try #require(try plan(refusing: true).hostFallback)
        #expect(left.ingress == "shop/rest" && left.action == host.action && left.match.host == nil)
    }
}
