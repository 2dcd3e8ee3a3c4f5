import ProvisioningTesting
import Testing

@testable import Provisioning

@Suite("Which rule stands for which")
struct MemberMatchingTests {
    private typealias Graph = ResourceGraph<InMemoryResource>

    private let balancer = ResourceReference(type: "balancer", name: "main")

    private func rule(_ name: String) -> ResourceReference { ResourceReference(type: "rule", name: name) }

    /// Rules by what they match, each named by that, of one Ingress unless another is given with `match@ingress`.
    private func desired(_ matches: [String]) -> Graph {
        let nodes = matches.enumerated().map { index, text in
            let (match, ingress) = split(text)
            return DesiredResource(
                reference: rule(match),
                resource: InMemoryResource.rule(
                    balancer: .resource(balancer), position: (index + 1) * 10, match: match, action: .respond(200)),
                members: [ingress])
        }
        return Graph(
            [DesiredResource(reference: balancer, resource: .balancer(scheme: "internal", idleSeconds: 60))] + nodes,
            precedence: [PrecedenceList(owner: balancer, members: nodes.map(\.reference))])
    }

    private func split(_ text: String) -> (match: String, ingress: String) {
        let parts = text.split(separator: "@")
        return (String(parts[0]), parts.count > 1 ? "shop/\(parts[1])" : "shop/web")
    }

    private func standing(_ rules: [(name: String, match: String)]) -> ObservedGraph<InMemoryResource> {
        ObservedGraph(
            resources: [
                ObservedResource(
                    reference: balancer, identifier: "id-main", resource: .balancer(scheme: "internal", idleSeconds: 60)
                )
            ]
                + rules.enumerated().map { index, entry in
                    let (match, ingress) = split(entry.match)
                    return ObservedResource(
                        reference: rule(entry.name), identifier: "id-\(entry.name)",
                        resource: .rule(
                            balancer: .identifier("id-main"), position: (index + 1) * 10, match: match,
                            action: .respond(200)),
                        member: ingress, container: "id-main", position: (index + 1) * 10)
                })
    }

    /// The names of the members in their order, with what they match.
    private func matched(
        _ desired: Graph, beside standing: ObservedGraph<InMemoryResource>, quarantined: Set<String> = [],
        reusing: Bool = true
    ) -> [String] {
        let graph = MemberMatching(desired, beside: standing, quarantined: quarantined, reusing: reusing).graph
        return graph.precedence[0].members.map { reference in
            guard case .rule(_, _, let match, _)? = graph[reference]?.resource else { return "\(reference) is missing" }
            return "\(reference.name): \(match)"
        }
    }

    @Test("A rule of another name that takes the same requests goes on under its name")
    func byRequests() {
        let standing = standing([("old", "a/x"), ("a/", "a/")])
        #expect(matched(desired(["a/x", "a/"]), beside: standing) == ["old: a/x", "a/: a/"])
    }

    @Test("A path that is spelt otherwise is a change of its rule, and stays one")
    func changedPath() {
        let standing = standing([("a/x", "a/x"), ("a/", "a/")])
        #expect(matched(desired(["a/y", "a/"]), beside: standing) == ["a/x: a/y", "a/: a/"])
        let changed = self.standing([("a/x", "a/y"), ("a/", "a/")])
        #expect(matched(desired(["a/y", "a/"]), beside: changed) == ["a/x: a/y", "a/: a/"])
    }

    @Test("A name that is in use for something else isn't given again")
    func takenName() {
        let standing = standing([("a/x", "a/y"), ("a/", "a/")])
        #expect(
            matched(desired(["a/x", "a/y", "a/"]), beside: standing) == ["a/x-2: a/x", "a/x: a/y", "a/: a/"])
    }

    @Test("Two paths that are spelt otherwise are two changes where they meet in no request")
    func twoPaths() {
        let standing = standing([("a/x", "a/x"), ("a/y", "a/y"), ("a/", "a/")])
        #expect(
            matched(desired(["a/v", "a/w", "a/"]), beside: standing) == ["a/x: a/v", "a/y: a/w", "a/: a/"])
    }

    @Test(
        "What another change could be told by is made anew",
        arguments: [
            // The new path lies below one that is new as well.
            (standing: ["a/x", "a/"], desired: ["a/n/m", "a/n", "a/"], expected: ["a/n/m", "a/n", "a/"]),
            // All paths of a host move to another.
            (standing: ["a/x", "a/"], desired: ["b/x", "b/"], expected: ["b/x", "b/"]),
            // It is another Ingress's.
            (standing: ["a/x@one", "a/"], desired: ["a/y@two", "a/"], expected: ["a/y", "a/"]),
        ])
    func dependent(standing: [String], desired: [String], expected: [String]) {
        let existing = self.standing(standing.map { (split($0).match, $0) })
        #expect(
            matched(self.desired(desired), beside: existing)
                == zip(expected, desired).map { "\($0): \(split($1).match)" })
    }

    @Test("A rule that the new path would have to pass is not used for it")
    func order() {
        // The path below another one must stand before it.
        let standing = standing([("a/n", "a/n"), ("a/x", "a/x")])
        #expect(matched(desired(["a/n/m", "a/n"]), beside: standing) == ["a/n/m: a/n/m", "a/n: a/n"])
    }

    @Test("Nothing of a quarantined Ingress becomes something else")
    func quarantine() {
        let standing = standing([("a/x", "a/x"), ("a/", "a/")])
        #expect(
            matched(desired(["a/y", "a/"]), beside: standing, quarantined: ["shop/web"]) == ["a/y: a/y", "a/: a/"])
    }

    @Test("Where nothing may be taken away a new path is a rule more")
    func withoutReuse() {
        let standing = standing([("a/x", "a/x"), ("a/", "a/")])
        #expect(matched(desired(["a/y", "a/"]), beside: standing, reusing: false) == ["a/y: a/y", "a/: a/"])
    }

    @Test("A rule that was changed by hand is repaired")
    func drift() {
        let standing = standing([("a/x", "a/drifted"), ("a/", "a/")])
        #expect(matched(desired(["a/x", "a/"]), beside: standing) == ["a/x: a/x", "a/: a/"])
    }

    @Test("A longer path stays where its rule stands, as long as no request can tell")
    func longerPath() {
        let standing = standing([("a/xx", "a/xx"), ("a/y", "a/y"), ("a/", "a/")])
        #expect(
            matched(desired(["a/longer", "a/xx", "a/"]), beside: standing)
                == ["a/xx: a/xx", "a/y: a/longer", "a/: a/"])
    }
}
