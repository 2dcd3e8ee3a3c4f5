import Provisioning
import ProvisioningTesting
import Testing

@testable import HeadgateCLI

/// Load balancers on AWS whose Ingresses have left the manifests.
@Suite("Load balancers on AWS that nothing asks for", .timeLimit(.minutes(5)))
struct AWSUnaskedTests {
    private static let arguments = ["-f", "-", "--cluster-name", "production"]
    /// A load balancer for each namespace.
    private static func ingressClass(_ name: String) -> String {
        ClassManifests.ingressClass(name, parameters: "{provider: aws, sharing: {mode: namespace}}")
    }
    private static let shop = ingressClass("public") + ClassManifests.ingress("shop/front", class: "public")
    private static let blog = ClassManifests.ingress("blog/front", class: "public")

    /// The load balancers of Headgate's that something is left of.
    private func owners(in world: AWSWorld) -> Set<String> {
        let tags =
            world.loadBalancers.values.map(\.tags) + world.listeners.values.map(\.tags) + world.rules.values.map(\.tags)
            + world.targetGroups.values.map(\.tags) + world.securityGroups.values.map(\.tags)
        return Set(tags.compactMap { OwnershipTags($0)?.owner.loadBalancer })
    }

    @Test("One whose last Ingress is gone is planned to go, and goes with all that was made for it, and nothing else")
    func goes() async throws {
        try await AWSTestServer.running { server in
            let commands = ProvisioningCommands(server)
            #expect(try await commands.apply(Self.arguments, input: Self.shop).status == 0)
            let before = server.cloud.world
            let kept = owners(in: before)
            #expect(kept.count == 1)
            #expect(try await commands.apply(Self.arguments, input: Self.shop + Self.blog).status == 0)
            #expect(owners(in: server.cloud.world).count == 2)
            server.cloud.forgetCalls()

            let plan = try await commands.plan(
                Self.arguments + ["--detailed-exitcode"], input: Self.shop, provider: [])
            #expect(plan.status == 2)
            try GoldenFile.expect(plan.output.withoutChance, is: "aws-plan/unasked.txt")
            await #expect(throws: CommandFailure.self) {
                _ = try await commands.apply(Self.arguments, input: Self.shop)
            }
            #expect(server.cloud.writes.isEmpty)

            let applied = try await commands.apply(Self.arguments + ["--yes"], input: Self.shop)
            #expect(applied.status == 0, "\(applied.output)")
            let after = server.cloud.world
            #expect(owners(in: after) == kept)
            #expect(after.loadBalancers == before.loadBalancers && after.listeners == before.listeners)
            #expect(after.rules == before.rules && after.targetGroups == before.targetGroups)
            #expect(after.securityGroups == before.securityGroups)
            let again = try await commands.plan(
                Self.arguments + ["--detailed-exitcode"], input: Self.shop, provider: [])
            #expect(again.status == 0)
            #expect(server.cloud.violations.isEmpty)
        }
    }

    @Test("What is left where its deletion was cut short goes as well")
    func leftovers() async throws {
        let shop =
            ClassManifests.ingressClass("public", parameters: "{provider: aws, sharing: {mode: ingress}}")
            + ClassManifests.ingress("shop/front", class: "public")
        try await AWSTestServer.running { server in
            let commands = ProvisioningCommands(server)
            #expect(try await commands.apply(Self.arguments, input: shop).status == 0)
            let kept = owners(in: server.cloud.world)
            #expect(try await commands.apply(Self.arguments, input: shop + Self.blog).status == 0)
            let gone = owners(in: server.cloud.world).subtracting(kept)
            server.cloud.change { world in
                func isGone(_ tags: [String: String]) -> Bool {
                    OwnershipTags(tags).map { gone.contains($0.owner.loadBalancer) } ?? false
                }
                for rule in world.rules.values where isGone(rule.tags) { world.rules[rule.arn] = nil }
                for listener in world.listeners.values where isGone(listener.tags) {
                    world.listeners[listener.arn] = nil
                }
                for balancer in world.loadBalancers.values where isGone(balancer.tags) {
                    world.loadBalancers[balancer.arn] = nil
                }
            }
            #expect(!gone.isDisjoint(with: owners(in: server.cloud.world)))
            let applied = try await commands.apply(Self.arguments + ["--yes"], input: shop)
            #expect(applied.status == 0, "\(applied.output)\(applied.error)")
            #expect(owners(in: server.cloud.world) == kept)
        }
    }

    @Test("One of a group whose name is cut short goes as well, once no Ingress is of the group")
    func cutShort() async throws {
        @Sendable func manifests(group: String?) -> String {
            let annotations = group.map { ["alb.ingress.kubernetes.io/group.name": $0] } ?? [:]
            return ClassManifests.ingressClass("public", parameters: "{provider: aws}")
                + ClassManifests.ingress("shop/front", class: "public", annotations: annotations)
        }
        try await AWSTestServer.running { server in
            let commands = ProvisioningCommands(server)
            let grouped = manifests(group: "apps-for-nobody-but-us")
            #expect(try await commands.apply(Self.arguments, input: grouped).status == 0)
            let before = owners(in: server.cloud.world)
            let moved = try await commands.apply(Self.arguments + ["--yes"], input: manifests(group: nil))
            #expect(moved.status == 0, "\(moved.output)")
            #expect(owners(in: server.cloud.world).count == 1)
            #expect(owners(in: server.cloud.world).isDisjoint(with: before))
            #expect(server.cloud.violations.isEmpty)
        }
    }

    @Test("One stays as long as what may take over from it fails, and goes once that stands")
    func takeover() async throws {
        let move = ["alb.ingress.kubernetes.io/group.name": "elsewhere"]
        let ingressClass = ClassManifests.ingressClass("public", parameters: "{provider: aws}")
        let before = ingressClass + ClassManifests.ingress("shop/front", class: "public")
        let after = ingressClass + ClassManifests.ingress("shop/front", class: "public", annotations: move)
        try await AWSTestServer.running { server in
            let commands = ProvisioningCommands(server)
            #expect(try await commands.apply(Self.arguments, input: before).status == 0)
            let live = owners(in: server.cloud.world)
            let refusal = ServiceFailure("InvalidConfigurationRequest", "Refused.", status: 400)
            server.cloud.inject(AWSFault(.failure(refusal), operation: "CreateLoadBalancer", times: 1))
            let failed = try await commands.apply(Self.arguments + ["--yes"], input: after)
            #expect(failed.status == 1 && failed.output.contains("stays until all that may take over from it is done"))
            #expect(live.isSubset(of: owners(in: server.cloud.world)))
            let again = try await commands.apply(Self.arguments + ["--yes"], input: after)
            #expect(again.status == 0, "\(again.output)")
            #expect(owners(in: server.cloud.world).isDisjoint(with: live))
        }
    }

    @Test("One stays as long as the group of an Ingress of its class can't be read")
    func unplaced() async throws {
        let ingressClass = ClassManifests.ingressClass("public", parameters: "{provider: aws}")
        func manifests(_ group: String) -> String {
            ingressClass
                + ClassManifests.ingress(
                    "shop/front", class: "public", annotations: ["alb.ingress.kubernetes.io/group.name": group])
        }
        let (good, bad) = (manifests("apps"), manifests("Apps_"))
        try await AWSTestServer.running { server in
            let commands = ProvisioningCommands(server)
            #expect(try await commands.apply(Self.arguments, input: good).status == 0)
            server.cloud.forgetCalls()
            let result = try await commands.apply(Self.arguments + ["--yes"], input: bad)
            #expect(result.status == 1 && result.error.contains("whose group can't be read"), "\(result.error)")
            #expect(server.cloud.writes.isEmpty)
        }
    }

    @Test("One whose class is gone stays, with a warning whose command takes it away")
    func stays() async throws {
        let edge = Self.ingressClass("edge") + ClassManifests.ingress("blog/front", class: "edge")
        try await AWSTestServer.running { server in
            let commands = ProvisioningCommands(server)
            #expect(try await commands.apply(Self.arguments, input: Self.shop + edge).status == 0)
            server.cloud.forgetCalls()
            let result = try await commands.apply(Self.arguments + ["--yes"], input: Self.shop)
            #expect(result.status == 0)
            #expect(result.error.contains("It stays: it isn't known to be of a class that is among the manifests"))
            #expect(server.cloud.writes.isEmpty)

            let command = try #require(result.error.firstMatch(of: #/headgate destroy (--name .+)/#))
            let destroyed = try await commands.destroy(command.1.split(separator: " ").map(String.init) + ["--yes"])
            #expect(destroyed.status == 0, "\(destroyed.output)")
            #expect(owners(in: server.cloud.world).count == 1)
            #expect(server.cloud.violations.isEmpty)
        }
    }
}
