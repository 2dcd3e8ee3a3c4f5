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
        _ existing: [ObservedResource<InMemoryResource>], placement: [String: [ResourceReference]] = [:]
    ) throws -> Proposal<InMemoryResource> {
        let desired = ResourceGraph(
            Set(existing.map(\.reference)).map {
                DesiredResource<InMemoryResource>(
                    reference: $0, resource: .balancer(scheme: "internal", idleSeconds: 60))
            })
        let difference = try GraphDifference(
            owner: Owner(cluster: "test", loadBalancer: "sample"), desired: desired,
            observed: ObservedGraph(resources: existing))
        return Proposal(provider: "memory", plan: nil, changeSet: difference.changeSet(), placement: placement)
    }

    @Test("Of a plan that is split each address comes with the Ingresses that are served there")
    func split() throws {
        let proposal = try Self.proposal(
            [Self.observed("part-10"), Self.observed("main"), Self.observed("part-2")],
            placement: [
                "shop/front": [Self.reference("main")], "shop/api": [Self.reference("part-2"), Self.reference("main")],
            ])
        #expect(
            proposal.addresses == [
                ServedAddress(address: "main.internal.test", ingresses: ["shop/api", "shop/front"]),
                ServedAddress(address: "part-2.internal.test", ingresses: ["shop/api"]),
                ServedAddress(address: "part-10.internal.test"),
            ])
        let document = ProposalDocument.LoadBalancer(proposal)
        #expect(document.address == "main.internal.test")
        #expect(document.addresses == proposal.addresses)
    }

    @Test("The address of what is about to be replaced isn't told, and that of its successor is once it exists")
    func replaced() throws {
        let proposal = try Self.proposal(
            [Self.observed("main", scheme: "public")], placement: ["shop/front": [Self.reference("main")]])
        #expect(proposal.addresses == [])
        #expect(
            proposal.addresses(in: [Self.observed("main")])
                == [ServedAddress(address: "main.internal.test", ingresses: ["shop/front"])])
    }
}
