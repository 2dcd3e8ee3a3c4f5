import Provisioning
import Testing

@Suite("Ownership tags")
struct OwnershipTagsTests {
    private static func name(_ count: Int) -> String { String(repeating: "n", count: count) }

    @Test("Names of any length are read back", arguments: [1, 240, 244, 245, 246, 316])
    func length(count: Int) throws {
        let tags = OwnershipTags(
            owner: Owner(cluster: "c", loadBalancer: "l"),
            resource: ResourceReference(type: "certificate", name: Self.name(count)), ingress: Self.name(count))
        #expect(tags.tags.values.allSatisfy { $0.count <= 256 })
        #expect(tags.tags.keys.allSatisfy { $0.hasPrefix(OwnershipTags.Key.prefix) })
        #expect(OwnershipTags(tags.tags) == tags)
    }

    @Test("What fits into one tag takes one")
    func oneTag() {
        let tags = OwnershipTags(
            owner: Owner(cluster: "c", loadBalancer: "l"), resource: ResourceReference(type: "rule", name: "r"),
            ingress: Self.name(256))
        #expect(
            tags.tags.keys.sorted() == ["cluster", "ingress", "load-balancer", "resource"].map { "headgate.dev/\($0)" })
    }
}
