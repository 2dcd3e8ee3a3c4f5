import Provisioning
import ProvisioningTesting
import Testing

@Suite("A graph of resources")
struct ResourceGraphTests {
    private static let balancer = ResourceReference(type: "balancer", name: "main")
    private static let pool = ResourceReference(type: "pool", name: "web")

    private static func rule(_ name: String, of members: [String]) -> DesiredResource<InMemoryResource> {
        DesiredResource(
            reference: ResourceReference(type: "rule", name: name),
            resource: .rule(balancer: .resource(balancer), position: 1, match: name, action: .forward(.resource(pool))),
            follows: [pool], members: members)
    }

    private static let graph = ResourceGraph([
        DesiredResource(reference: balancer, resource: .balancer(scheme: "internal", idleSeconds: 60)),
        DesiredResource(
            reference: pool, resource: .pool(balancer: .resource(balancer), protocol: "http", targets: []),
            members: ["shop/b"]),
        rule("/", of: ["shop/b"]), rule("/cart", of: ["shop/a"]), rule("/none", of: []),
    ])

    @Test(
        "A resource serves the Ingresses that it is for; one that is for none of its own, those of all that needs it",
        arguments: [
            (balancer, ["shop/a", "shop/b"]), (pool, ["shop/b"]),
            (ResourceReference(type: "rule", name: "/cart"), ["shop/a"]),
            (ResourceReference(type: "rule", name: "/none"), []), (ResourceReference(type: "rule", name: "/lost"), []),
        ])
    func members(reference: ResourceReference, expected: [String]) {
        #expect(Self.graph.members(servedBy: reference) == expected)
    }
}
