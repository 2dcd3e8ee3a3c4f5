import Foundation
import Provisioning
import ProvisioningTesting
import Testing

@testable import HeadgateCLI

@Suite("Load balancers that nothing asks for")
struct UnaskedLoadBalancerTests {
    private static let named = ["-f", "-", "--cluster-name", "prod"]
    private static let publicClass = ClassManifests.ingressClass("public", parameters: ClassManifests.perNamespace)
    private static let both =
        publicClass + ClassManifests.ingress("shop/front", class: "public")
        + ClassManifests.ingress("blog/front", class: "public")
    private static let one = publicClass + ClassManifests.ingress("shop/front", class: "public")

    private func balancers(_ commands: ProvisioningCommands) -> [String] {
        Set(commands.cloud.entries.compactMap { OwnershipTags($0.tags)?.owner.loadBalancer }).sorted()
    }

    /// The cloud with the load balancers of two namespaces.
    private func applied(_ arguments: [String] = Self.named, input: String = Self.both) async throws
        -> ProvisioningCommands
    {
        let commands = ProvisioningCommands()
        #expect(try await commands.apply(arguments, input: input).status == 0)
        #expect(balancers(commands).count == 2)
        return commands
    }

    @Test("They are planned to go, and go once that is confirmed, where the cluster is named")
    func goes() async throws {
        let commands = try await applied()
        let plan = try await commands.plan(Self.named + ["--detailed-exitcode"], input: Self.one, provider: [])
        #expect(plan.status == 2)
        #expect(plan.output.contains("nothing asks for it any more"))
        #expect(plan.output.hasSuffix("Plan: 0 to create, 0 to update, 0 to replace, 3 to delete; 3 unchanged.\n"))
        await #expect(throws: CommandFailure.self) { _ = try await commands.apply(Self.named, input: Self.one) }
        #expect(balancers(commands).count == 2)
        #expect(try await commands.apply(Self.named + ["--yes"], input: Self.one).status == 0)
        #expect(balancers(commands).count == 1)
        let again = try await commands.plan(Self.named + ["--detailed-exitcode"], input: Self.one, provider: [])
        #expect(again.status == 0)
    }

    @Test("The UID of kube-system names the cluster as well")
    func clusterOfManifests() async throws {
        let uid = ClassManifests.cluster("0b5e8c5e-8e6f-4a52-a7f0-fd6f00000000")
        let commands = try await applied(["-f", "-"], input: uid + Self.both)
        #expect(try await commands.apply(["-f", "-", "--yes"], input: uid + Self.one).status == 0)
        #expect(balancers(commands).count == 1)
    }

    @Test("The last one goes where no Ingress of the class is left", arguments: ["apply", "destroy"])
    func last(command: String) async throws {
        let commands = try await applied()
        let arguments = Self.named + ["--yes"]
        let result =
            try await
            (command == "apply"
            ? commands.apply(arguments, input: Self.publicClass)
            : commands.destroy(arguments, input: Self.publicClass))
        #expect(result.status == 0)
        #expect(balancers(commands).isEmpty)
    }

    @Test("A saved plan takes them away, too")
    func saved() async throws {
        let commands = try await applied()
        let directory = try TemporaryDirectory()
        let manifests = try directory.write(Self.one, to: "all.yaml")
        let file = "\(directory.path)/saved.plan"
        _ = try await commands.plan(["-f", manifests, "--cluster-name", "prod", "--out", file], provider: [])
        #expect(try await commands.apply([file, "--yes"]).status == 0)
        #expect(balancers(commands).count == 1)
    }

    @Test("A policy that takes nothing away keeps them")
    func policy() async throws {
        let commands = try await applied()
        let writes = commands.cloud.writes.count
        let result = try await commands.apply(Self.named + ["--policy", "upsert-only"], input: Self.one)
        #expect(result.status == 0)
        #expect(result.output.contains("held back by the policy"))
        #expect(commands.cloud.writes.count == writes)
    }

    /// What keeps a load balancer that isn't asked for, and how that is told.
    struct Reservation: Sendable, CustomTestStringConvertible {
        var title: String
        var arguments: [String]
        var before: String
        var after: String
        var reason: String
        var status: Int32 = 0

        var testDescription: String { title }
    }

    private static let reservations = [
        Reservation(
            title: "no cluster is named", arguments: ["-f", "-"], before: both, after: one,
            reason: "no cluster is named"),
        Reservation(
            title: "a document was refused", arguments: named, before: both,
            after: one + "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: front, namespace: blog}\n"
                + "spec: {rules: nonsense}\n",
            reason: "manifests or parameters can't be used", status: 1),
        Reservation(
            title: "its class isn't there", arguments: named,
            before: one + ClassManifests.ingressClass("edge", parameters: ClassManifests.perNamespace)
                + ClassManifests.ingress("blog/front", class: "edge"),
            after: one, reason: "it isn't known to be of a class that is among the manifests"),
        Reservation(
            title: "the parameters of its class are missing", arguments: named,
            before: one + ClassManifests.ingressClass("edge", parameters: ClassManifests.perNamespace)
                + ClassManifests.ingress("blog/front", class: "edge"),
            after: one + ClassManifests.ingress("blog/front", class: "edge") + """
                apiVersion: networking.k8s.io/v1
                kind: IngressClass
                metadata: {name: edge}
                spec:
                  controller: headgate.dev/ingress-controller
                  parameters: {apiGroup: headgate.dev, kind: ClusterIngressParameters, name: edge}
                """,
            reason: "manifests or parameters can't be used", status: 1),
        Reservation(
            title: "its class is served by headgate up now", arguments: named,
            before: one + ClassManifests.ingressClass("edge", parameters: ClassManifests.perNamespace)
                + ClassManifests.ingress("blog/front", class: "edge"),
            after: one + ClassManifests.ingressClass("edge", parameters: "{sharing: {mode: namespace}}")
                + ClassManifests.ingress("blog/front", class: "edge"),
            reason: "the manifests ask for it from the provider software"),
    ]

    @Test(
        "They stay, and are told of with the remedy, where it isn't certain that nothing asks for them",
        arguments: reservations)
    func stays(reservation: Reservation) async throws {
        let commands = try await applied(reservation.arguments, input: reservation.before)
        let writes = commands.cloud.writes.count
        let result = try await commands.apply(reservation.arguments + ["--yes"], input: reservation.after)
        #expect(result.status == reservation.status)
        #expect(commands.cloud.writes.count == writes)
        #expect(result.error.contains("NotAskedFor"))
        #expect(result.error.contains("It stays: \(reservation.reason)"))
        #expect(result.error.contains("headgate destroy --name hg-"))
    }

    @Test("Those of other clusters aren't even told of")
    func otherClusters() async throws {
        let commands = try await applied()
        let result = try await commands.plan(["-f", "-", "--cluster-name", "test"], input: Self.one, provider: [])
        #expect(!result.output.contains("NotAskedFor"))
        #expect(result.output.contains(" 0 to delete"))
    }

    @Test("A class of a name that another's begins with doesn't take its load balancers")
    func similarClasses() async throws {
        let commands = try await applied(
            input: Self.one + ClassManifests.ingressClass("public-edge", parameters: ClassManifests.perNamespace)
                + ClassManifests.ingress("blog/front", class: "public-edge"))
        _ = try await commands.apply(Self.named + ["--yes"], input: Self.one)
        #expect(balancers(commands).count == 2)
    }

    @Test("Manifests of others under the same name refuse to take it over until it is said whose it is")
    func twoDirectories() async throws {
        let parameters = "{provider: in-memory}"
        let mine =
            ClassManifests.ingressClass("public", parameters: parameters)
            + ClassManifests.ingress("shop/front", class: "public")
        let theirs =
            ClassManifests.ingressClass("public", parameters: parameters)
            + ClassManifests.ingress("blog/front", class: "public")
        let commands = ProvisioningCommands()
        let first = try await commands.apply(["-f", "-"], input: mine)
        #expect(first.error.contains("give each a name with --cluster-name"))
        let writes = commands.cloud.writes.count
        for destroys in [false, true] {
            await #expect {
                _ =
                    try await
                    (destroys
                    ? commands.destroy(["-f", "-", "--yes"], input: theirs)
                    : commands.apply(["-f", "-", "--yes"], input: theirs))
            } throws: { error in
                let text = String(describing: error)
                return text.contains("serves Ingress shop/front and none of the Ingresses of these manifests")
                    && text.contains("--cluster-name local")
            }
        }
        #expect(commands.cloud.writes.count == writes)
        #expect(
            try await commands.apply(["-f", "-", "--yes", "--cluster-name", "local"], input: theirs).status == 0)
        let plan = try await commands.plan(["-f", "-", "--cluster-name", "theirs"], input: mine, provider: [])
        #expect(!plan.error.contains("--cluster-name"))
    }
}
