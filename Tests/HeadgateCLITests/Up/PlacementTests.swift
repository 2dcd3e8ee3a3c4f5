import DataPlane
import IngressPlanning
import KubernetesModel
import LoadBalancerModel
import Testing

@testable import HeadgateCLI

@Suite("Which plan is served where")
struct PlacementTests {
    private let shared = [
        ListenerAddress(protocol: .http, address: "127.0.0.1", port: 8080),
        ListenerAddress(protocol: .https, address: "127.0.0.1", port: 8443),
    ]

    private func plan(_ name: String, _ listeners: [Listener], _ source: ListenerSource) -> LoadBalancerPlan {
        LoadBalancerPlan(
            name: name, identity: LoadBalancerIdentity(cluster: "local", ingressClass: "class-\(name)"),
            listeners: listeners, listenerSource: source)
    }

    private func own(_ name: String, port: Int, addresses: [String] = []) -> LoadBalancerPlan {
        plan(name, [Listener(name: "own", protocol: .http, port: port, addresses: addresses)], .parameters)
    }

    @Test("Without a plan every request is answered 404 on the listeners of the command line")
    func empty() {
        let placement = Placement(PlanningResult(), shared: shared)
        #expect(placement.shared.plan.routes.isEmpty)
        #expect(placement.shared.listeners == shared)
        #expect(placement.own.isEmpty)
    }

    @Test("Listeners of parameters bind the addresses of the command line, unless they name their own")
    func addresses() {
        let result = PlanningResult(
            plans: [own("a", port: 9000), own("b", port: 9001, addresses: ["127.0.0.2"])],
            members: ["a": [NamespacedName(namespace: "n", name: "i")]])
        let placement = Placement(result, shared: shared)
        #expect(
            placement.own.map(\.listeners) == [
                [ListenerAddress(protocol: .http, address: "127.0.0.1", port: 9000)],
                [ListenerAddress(protocol: .http, address: "127.0.0.2", port: 9001)],
            ])
        #expect(placement.own[0].members == [NamespacedName(namespace: "n", name: "i")])
        #expect(placement.diagnostics.isEmpty)
    }

    @Test("Plans with the same listeners are served as one")
    func same() {
        let placement = Placement(
            PlanningResult(plans: [own("a", port: 9000), own("b", port: 9000)]), shared: shared)
        #expect(placement.own.count == 1)
    }

    @Test("A listener that is taken is an error of the class, and the rest is served")
    func conflict() throws {
        let placement = Placement(
            PlanningResult(plans: [own("a", port: 8080), own("b", port: 9000)]), shared: shared)
        #expect(placement.own.map(\.plan.name) == ["b"])
        let diagnostic = try #require(placement.diagnostics.first)
        #expect(diagnostic.reason == "ListenerConflict")
        #expect(diagnostic.severity == .error)
        #expect(diagnostic.object == ObjectReference(kind: "IngressClass", name: "class-a"))
        #expect(diagnostic.message.contains("127.0.0.1:8080"))
    }

    @Test(
        "A listener that shares an address with another can't be bound, whichever names all addresses",
        arguments: [("0.0.0.0", "127.0.0.1"), ("127.0.0.1", "0.0.0.0"), ("127.0.0.1", "::"), ("::", "127.0.0.1")])
    func overlap(shared address: String, own: String) throws {
        let shared = [ListenerAddress(protocol: .http, address: address, port: 8080)]
        let placement = Placement(
            PlanningResult(plans: [self.own("a", port: 8080, addresses: [own])]), shared: shared)
        #expect(placement.own.isEmpty)
        let diagnostic = try #require(placement.diagnostics.first)
        #expect(diagnostic.reason == "ListenerConflict")
        #expect(diagnostic.message.contains("can't be bound beside"), "\(diagnostic.message)")
    }

    @Test("A group that is not served holds none of its listeners")
    func partialConflict() {
        let first = plan(
            "a", [Listener(name: "x", protocol: .http, port: 9000), Listener(name: "y", protocol: .http, port: 8080)],
            .parameters)
        let placement = Placement(PlanningResult(plans: [first, own("b", port: 9000)]), shared: shared)
        #expect(placement.own.map(\.plan.name) == ["b"])
    }

    @Test("A class of another provider is served here, with a warning that says so, once for the class")
    func foreignProvider() throws {
        let plans = ["a", "b"].map { name in
            LoadBalancerPlan(
                name: name, identity: LoadBalancerIdentity(cluster: "local", ingressClass: "cloud", group: name),
                provider: ProviderSelection(name: "aws"), listeners: [])
        }
        let placement = Placement(PlanningResult(plans: plans), shared: shared)
        #expect(placement.diagnostics.map(\.reason) == ["ServedBySoftware"])
        let diagnostic = try #require(placement.diagnostics.first)
        #expect(diagnostic.severity == .warning)
        #expect(diagnostic.object == ObjectReference(kind: "IngressClass", name: "cloud"))
        #expect(diagnostic.message.contains("'aws'"))
    }

    @Test("A plan is served with the listeners that are bound, and keeps its TLS")
    func bound() {
        let tls = ListenerTLS(certificates: [ServerNameBinding(host: "a", certificate: "f")])
        let planned = plan(
            "a",
            [
                Listener(name: "http", protocol: .http, port: 80),
                Listener(name: "https", protocol: .https, port: 443, tls: tls),
            ], .standard)
        let served = planned.served(on: [
            BoundListener(protocol: .http, address: "127.0.0.1", port: 40_001),
            BoundListener(protocol: .http, address: "::1", port: 40_002),
            BoundListener(protocol: .https, address: "127.0.0.1", port: 40_003),
        ])
        #expect(served.listeners.map(\.name) == ["http", "http-2", "https"])
        #expect(served.listeners.map(\.port) == [40_001, 40_002, 40_003])
        #expect(served.listeners.map(\.tls) == [nil, nil, tls])
    }
}
