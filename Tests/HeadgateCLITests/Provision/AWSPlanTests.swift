import Foundation
import ProvisioningTesting
import Testing

@testable import HeadgateCLI

/// What people read before they let AWS be changed.
@Suite("headgate plan --provider aws")
struct AWSPlanTests {
    private static let shop: Result<String, any Error> = Result {
        let file = GoldenFile.root.appendingPathComponent("Tests/HeadgateCLITests/Fixtures/shop-on-aws.yaml")
        return try String(contentsOf: file, encoding: .utf8)
    }

    private static let arguments = ["-f", "-", "--cluster-name", "production"]

    /// What is planned, and what is there.
    struct Situation: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// The expected output, in `Golden/aws-plan`.
        var golden: String
        var status: Int32 = 2
        /// Whether the shop is served already as the fixture has it.
        var isServed = true
        /// What the manifests say instead.
        var edits: [(old: String, new: String)] = []
        /// What somebody changed by hand.
        var byHand: @Sendable (inout AWSWorld) -> Void = { _ in }
    }

    private static let situations = [
        Situation(
            testDescription: "A new load balancer shows what somebody asked for, and not every default",
            golden: "create", isServed: false),
        Situation(
            testDescription:
                "A change of a target, a path and the TLS version shows the fields that differ, before and after",
            golden: "update",
            edits: [
                ("path: /cart", "path: /basket"), ("10.0.101.11", "10.0.101.12"),
                ("redirectToHTTPS:", "tls: {minimumVersion: \"1.3\"}\n  redirectToHTTPS:"),
            ]),
        Situation(
            testDescription: "A change of the scheme says what is replaced, which field forces it, and why",
            golden: "replace", edits: [("internet-facing", "internal")]),
        Situation(
            testDescription: "Where nothing is to be done, that is what it says, and status 0", golden: "nothing",
            status: 0),
        Situation(
            testDescription: "What was changed by hand is shown as a change back", golden: "drift",
            byHand: { world in
                for arn in world.loadBalancers.ids {
                    world.loadBalancers[arn]?.attributes["idle_timeout.timeout_seconds"] = "120"
                }
            }),
    ]

    private func plan(_ manifests: String, on server: AWSTestServer) async throws -> CommandResult {
        try await ProvisioningCommands(server)
            .plan(Self.arguments + ["--detailed-exitcode"], input: manifests, provider: [])
    }

    @Test("Every kind of change can be read before it is made", arguments: situations)
    func plan(situation: Situation) async throws {
        let shop = try Self.shop.get()
        let manifests = try situation.edits.reduce(shop) { text, edit in
            try #require(text.contains(edit.old))
            return text.replacing(edit.old, with: edit.new)
        }
        try await AWSTestServer.running { server in
            let commands = ProvisioningCommands(server)
            if situation.isServed {
                #expect(try await commands.apply(Self.arguments, input: shop).status == 0)
            }
            server.cloud.change(situation.byHand)
            server.cloud.forgetCalls()
            let result = try await plan(manifests, on: server)
            #expect(result.status == situation.status)
            #expect(server.cloud.writes.isEmpty)
            #expect(server.cloud.violations.isEmpty)
            try GoldenFile.expect(result.output.withoutChance, is: "aws-plan/\(situation.golden).txt")
        }
    }

    @Test("A destroy lists what goes")
    func destroy() async throws {
        let shop = try Self.shop.get()
        try await AWSTestServer.running { server in
            let commands = ProvisioningCommands(server)
            #expect(try await commands.apply(Self.arguments, input: shop).status == 0)
            let result = try await commands.destroy(Self.arguments + ["--yes"], input: shop)
            #expect(result.status == 0)
            #expect(server.cloud.world.loadBalancers.isEmpty)
            #expect(server.cloud.violations.isEmpty)
            // What comes after the plan tells of the steps, some of which go at the same time.
            let plan = try #require(
                result.output.split(separator: "\n", omittingEmptySubsequences: false).split { $0.hasPrefix("Plan:") }
                    .first)
            try GoldenFile.expect(plan.joined(separator: "\n").withoutChance, is: "aws-plan/destroy.txt")
        }
    }

    @Test(
        "Load balancers of one account share its credentials and what is looked up there, whatever else they are set to"
    )
    func oneAccount() async throws {
        let manifests = ["60", "90", "120"].map { seconds in
            ClassManifests.ingressClass(
                "idle-\(seconds)",
                parameters:
                    "{provider: {name: aws, settings: {attributes.idle_timeout.timeout_seconds: \"\(seconds)\"}}}")
                + ClassManifests.ingress("shop/front-\(seconds)", class: "idle-\(seconds)")
        }.joined()
        try await AWSTestServer.running { server in
            let result = try await plan(manifests, on: server)
            #expect(result.status == 2, "\(result.error)")
            let counts = Dictionary(grouping: server.cloud.calls, by: \.operation).mapValues(\.count)
            #expect(counts["GetCallerIdentity"] == 1)
            #expect(counts["DescribeAccountLimits"] == 1)
            #expect(counts["DescribeSubnets"] == 1)
            // For each load balancer, and once for those that nothing asks for.
            #expect(counts["GetResources"] == 4)
            for seconds in ["60", "90", "120"] { #expect(result.output.contains("idle-\(seconds)")) }
        }
    }

    /// What the fidelity report of a class with these parameters says, with Ingresses of which one asks for a time limit.
    private func fidelity(parameters: String) async throws -> [String] {
        let manifests =
            ClassManifests.ingressClass("edge", parameters: parameters)
            + ["one", "two", "three"].map { ClassManifests.ingress("shop/\($0)", class: "edge") }.joined().replacing(
                "name: two}",
                with: "name: two, annotations: {nginx.ingress.kubernetes.io/proxy-connect-timeout: \"7\"}}",
                maxReplacements: 1)
        return try await AWSTestServer.running { server in
            let output = try await ProvisioningCommands(server)
                .plan(["-f", "-", "--output", "json"], input: manifests, provider: []).output
            let loadBalancers = try #require(try jsonObject(output)["loadBalancers"] as? [[String: Any]])
            let findings = try #require(loadBalancers.first?["fidelity"] as? [[String: String]])
            return findings.map { "\($0["object"] ?? ""): \($0["message"] ?? "")" }
        }
    }

    @Test("What ingress-nginx does where nobody asks, and AWS can't, is one line; what somebody asks for has its own")
    func compatibilityDefaults() async throws {
        let lines = try await fidelity(parameters: "{provider: aws, compatibility: ingress-nginx}")
        let defaults = lines.filter { $0.contains("what ingress-nginx does where nothing is said") }
        #expect(defaults.count == 1 && defaults.first?.hasPrefix("LoadBalancer hg-edge-") == true, "\(lines)")
        for part in ["1048576 bytes on request bodies", "60000 ms for the head", "5000 ms to connect", "75 s"] {
            #expect(defaults.first?.contains(part) == true, "\(part): \(defaults)")
        }
        let others = lines.filter { !defaults.contains($0) }
        #expect(
            !others.contains {
                $0.contains("remove it") || $0.contains("5000 ms") || $0.contains("time limit of 60000")
            })
        #expect(
            others.contains { $0.hasPrefix("Ingress shop/two: connections to targets aren't given 7000 ms") },
            "\(lines)")
    }

    @Test("Limits that the parameters ask for are told one by one, whatever the class is compatible with")
    func askedLimits() async throws {
        let lines = try await fidelity(
            parameters: "{provider: aws, compatibility: ingress-nginx, timeouts: {connect: 3s, requestHead: 10s}, "
                + "limits: {maximumRequestBody: 2Mi}}")
        for part in [
            "limits.maximumRequestBody has no counterpart", "timeouts.requestHead has no counterpart",
            "Ingress shop/one: connections to targets aren't given 3000 ms",
            "Ingress shop/two: connections to targets aren't given 7000 ms",
        ] {
            #expect(lines.contains { $0.contains(part) }, "\(part): \(lines)")
        }
        let defaults = lines.filter { $0.contains("what ingress-nginx does where nothing is said") }
        #expect(defaults.count == 1)
        #expect(!defaults.contains { $0.contains("request bodies") || $0.contains("connect to") }, "\(defaults)")
    }

    @Test("A setting that isn't known is an error of its class, and its neighbours are planned")
    func unknownSetting() async throws {
        let manifests =
            ClassManifests.ingressClass("good", parameters: "{provider: aws}")
            + ClassManifests.ingress("shop/good", class: "good")
            + ClassManifests.ingressClass("bad", parameters: "{provider: {name: aws, settings: {colour: red}}}")
            + ClassManifests.ingress("shop/bad", class: "bad")
        try await AWSTestServer.running { server in
            let result = try await plan(manifests, on: server)
            #expect(result.status == 1)
            #expect(result.output.contains("colour"))
            #expect(result.output.contains("load-balancer/main"))
        }
    }
}
