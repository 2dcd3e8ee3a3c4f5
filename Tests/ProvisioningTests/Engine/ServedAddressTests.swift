import Provisioning
import ProvisioningTesting
import Testing

@Suite("Addresses of a proposal")
struct ServedAddressTests {
    private static func reference(_ name: String) -> ResourceReference {
        ResourceReference(type: "balancer", name: name)
    }

    private static func observed(_ name: String, scheme: String = "internal") -> ObservedResource<InMemoryResource> {
        ObservedResource(
            reference: reference(name), identifier: "id-\(name)-\(scheme)",
            resource: .balancer(scheme: scheme, idleSeconds: 60), addresses: [.hostname("\(name).\(scheme).test")])
    }

    /// A proposal for balancers that exist, which are desired as internal ones.
    private static func proposal(
        _ existing: [ObservedResource<InMemoryResource>], placement: [String: [ResourceReference]] = [:],
        parts: [PlanPart] = []
    ) throws -> Proposal<InMemoryResource> {
        let desired = ResourceGraph(
            Set(existing.map(\.reference)).map {
                DesiredResource<InMemoryResource>(
                    reference: $0, resource: .balancer(scheme: "internal", idleSeconds: 60))
            })
        let difference = try GraphDifference(
            owner: Owner(cluster: "test", loadBalancer: "sample"), desired: desired,
            observed: ObservedGraph(resources: existing))
        return Proposal(
            provider: "memory", plan: nil, changeSet: difference.changeSet(), placement: placement,
            parts: parts)
    }

    @Test("Of a plan that was split each address comes with what is served there, also one that isn't there yet")
    func split() throws {
        let proposal = try Self.proposal(
            [Self.observed("part-10"), Self.observed("main")],
            placement: [
                "shop/front": [Self.reference("main")], "shop/api": [Self.reference("part-2"), Self.reference("main")],
            ],
            parts: [
                PlanPart(loadBalancer: Self.reference("main"), hosts: ["api.test", "front.test"]),
                PlanPart(loadBalancer: Self.reference("part-2"), hosts: ["api.example"]),
            ])
        #expect(
            proposal.addresses == [
                ServedAddress(
                    name: "main", address: "main.internal.test", hosts: ["api.test", "front.test"],
                    ingresses: ["shop/api", "shop/front"]),
                ServedAddress(name: "part-2", address: nil, hosts: ["api.example"], ingresses: ["shop/api"]),
                ServedAddress(name: "part-10", address: "part-10.internal.test"),
            ])
    }

    @Test("The document's address is the first that is there")
    func first() throws {
        let parts = ["main", "part-2"].map { PlanPart(loadBalancer: Self.reference($0), hosts: ["\($0).example"]) }
        var document = ProposalDocument.LoadBalancer(try Self.proposal([Self.observed("part-2")], parts: parts))
        #expect(document.addresses.map(\.address) == [nil, "part-2.internal.test"])
        #expect(document.address == "part-2.internal.test")
        document.addresses = []
        #expect(document.address == nil)
    }

    @Test("The address of what is about to be replaced isn't told, and that of its successor is once it exists")
    func replaced() throws {
        let proposal = try Self.proposal(
            [Self.observed("main", scheme: "public")], placement: ["shop/front": [Self.reference("main")]])
        #expect(proposal.addresses == [])
        #expect(
            proposal.addresses(in: [Self.observed("main")])
                == [ServedAddress(name: "main", address: "main.internal.test", ingresses: ["shop/front"])])
    }
}
