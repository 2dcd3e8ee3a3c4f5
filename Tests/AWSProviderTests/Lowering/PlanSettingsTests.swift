import LoadBalancerModel
import Provisioning
import Testing

@testable import AWSProvider

/// What annotations ask of a shared load balancer and AWS doesn't take.
@Suite("Annotations that AWS doesn't take")
struct PlanSettingsTests {
    private static let prefix = "alb.ingress.kubernetes.io/"

    private static func ingress(_ name: String, _ annotations: [String: String]) -> String {
        let pairs = annotations.sorted { $0.key < $1.key }.map { "\(prefix)\($0.key): '\($0.value)'" }
        return """
            ---
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata:
              name: \(name)
              namespace: shop
              annotations: {\(pairs.joined(separator: ", "))}
            spec:
              rules:
              - host: \(name).example.com
                http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}

            """
    }

    /// The plan of an Ingress with annotations and one without.
    static func plan(_ annotations: [String: String], others: [String: [String: String]] = [:]) throws
        -> LoadBalancerPlan
    {
        let annotations = annotations.merging(["scheme": "internet-facing"]) { given, _ in given }
        let ingresses = ["bad": annotations].merging(others) { first, _ in first }.merging(["good": [:]]) { old, _ in
            old
        }
        return try #require(
            Manifests.plans(
                ingresses.sorted { $0.key < $1.key }.map { ingress($0.key, $0.value) }.joined()
                    + Manifests.service("web", 1)
            ).first)
    }

    private func balancer(_ graph: ResourceGraph<AWSResource>) throws -> LoadBalancerSpec {
        try #require(
            graph.resources.compactMap { node -> LoadBalancerSpec? in
                if case .loadBalancer(let spec) = node.resource { spec } else { nil }
            }.first)
    }

    @Test(
        "Such a value is left out by itself, which is told with the Ingress, its annotation, the value and the remedy",
        arguments: [
            (
                "load-balancer-attributes", "idle_timeout.timeout_seconds=5000",
                ["\"5000\"", "give a number from 1 to 4000"]
            ),
            (
                "load-balancer-attributes", "idle_timeout=60",
                ["attributes.idle_timeout", "idle_timeout.timeout_seconds"]
            ),
            ("load-balancer-attributes", "load_balancing.cross_zone.enabled=false", ["\"false\"", "give true"]),
            ("listener-attributes.HTTP-80", "colour=red", ["listeners.80.attributes.colour", "\"red\"", "use one of"]),
            (
                "load-balancer-attributes", "access_logs.s3.enabled=true",
                ["attributes.access_logs.s3.enabled", "\"true\" needs a bucket", "access_logs.s3.bucket"]
            ),
            ("tags", "aws:x=y", ["the tag aws:x", "\"y\"", "which is AWS's", "remove it"]),
            ("tags", "a?b=y", ["the tag a?b", "characters other than"]),
            ("ip-address-type", "dualstack", ["subnet-public-c has no IPv6 range", "addressing.family to ipv4"]),
            ("subnets", "subnet-public-a", ["at least two zones", "add one"]),
            ("subnets", "mine,subnet-public-a", ["no subnet mine", "correct the id"]),
        ])
    func leftOut(name: String, value: String, parts: [String]) throws {
        var environment = AWSEnvironment.standard
        for index in environment.subnets.indices where environment.subnets[index].zone.hasSuffix("c") {
            environment.subnets[index].ipv6CIDR = nil
        }
        let expected = try ALBLowering.lower(Self.plan([:]), in: environment)
        let lowering = try ALBLowering.lower(Self.plan([name: value]), in: environment)
        #expect(lowering.graph.resources.map(\.resource) == expected.graph.resources.map(\.resource))
        #expect(lowering.quarantined.isEmpty)
        let told = try #require(lowering.fidelity.first { $0.object == "Ingress shop/bad" })
        #expect(told.severity == .unsupported)
        #expect(told.message.hasPrefix("metadata.annotations[\(Self.prefix)\(name)]: "), "\(told.message)")
        #expect(told.message.contains("is left out"))
        for part in parts { #expect(told.message.contains(part), "\(told.message) lacks \(part)") }
    }

    @Test("Of an annotation with several values the good ones are in force")
    func rest() throws {
        let lowering = try ALBLowering.lower(
            Self.plan([
                "load-balancer-attributes": "idle_timeout.timeout_seconds=5000,routing.http2.enabled=false",
                "tags": "aws:x=y,team=shop",
            ]), in: .standard)
        let spec = try balancer(lowering.graph)
        #expect(spec.attributes["routing.http2.enabled"] == "false")
        #expect(spec.attributes["idle_timeout.timeout_seconds"] == "60")
        #expect(spec.tags["team"] == "shop" && spec.tags["aws:x"] == nil)
    }

    @Test("Tags for which AWS has no room are left out, and the parameters' stay")
    func tooManyTags() throws {
        var plan = try Self.plan(["tags": (10..<60).map { "t\($0)=x" }.joined(separator: ",")])
        plan.attributes.tags["zone"] = "parameters"
        let spec = try balancer(ALBLowering.lower(plan, in: .standard).graph)
        #expect(spec.tags["zone"] == "parameters" && spec.tags["t10"] == "x" && spec.tags["t59"] == nil)
        #expect(spec.tags.count <= 50)
    }

    @Test("Every Ingress that asks for it is told")
    func followers() throws {
        let bad = ["load-balancer-attributes": "idle_timeout.timeout_seconds=5000"]
        let lowering = try ALBLowering.lower(Self.plan(bad, others: ["worse": bad]), in: .standard)
        let objects = lowering.fidelity.filter { $0.message.contains("\"5000\"") }.map(\.object)
        #expect(objects == ["Ingress shop/bad", "Ingress shop/worse"])
    }

    @Test("What the parameters say is an error for the whole load balancer")
    func parameters() throws {
        var plan = try Self.plan([:])
        plan.provider.settings["attributes.idle_timeout.timeout_seconds"] = "5000"
        #expect(throws: LoweringError.self) { try ALBLowering.lower(plan, in: .standard) }
        plan = try Self.plan([:])
        plan.attributes.tags = ["aws:x": "y"]
        #expect(throws: LoweringError.self) { try ALBLowering.lower(plan, in: .standard) }
    }

    // MARK: What guards

    @Test("Security groups that there aren't quarantine all that ask for them, and open nothing")
    func securityGroups() throws {
        let bad = ["security-groups": "kitchen"]
        let plan = try Self.plan(bad, others: ["worse": bad])
        let lowering = try ALBLowering.lower(plan, in: .standard)
        #expect(lowering.quarantined.map(\.member) == ["shop/bad", "shop/worse"])
        let told = try #require(lowering.quarantined.first).message
        #expect(
            told.contains("metadata.annotations[\(Self.prefix)security-groups]: there is no security group kitchen"))
        let members = Set(lowering.graph.resources.filter { $0.reference.type == "rule" }.flatMap(\.members))
        #expect(members == ["shop/good"])
    }

    @Test("The groups that a load balancer was given stay while those that are asked for can't be had")
    func standingGroups() throws {
        let office = try ALBLowering.lower(Self.plan(["security-groups": "office"]), in: .standard)
        let spec = try balancer(office.graph)
        let reference = try #require(office.graph.resources.first { $0.reference.type == "load-balancer" }).reference
        var environment = AWSEnvironment.standard
        environment.standing = StandingResources(
            ObservedGraph(resources: [
                ObservedResource(reference: reference, identifier: "arn:lb", resource: .loadBalancer(spec))
            ]))
        let lowering = try ALBLowering.lower(Self.plan(["security-groups": "kitchen"]), in: environment)
        #expect(try balancer(lowering.graph).securityGroups == [.identifier("sg-1")])
        #expect(!lowering.graph.resources.contains { $0.reference.type == "security-group" })
    }

    @Test("A trust store that there isn't quarantines its Ingress, and clients are verified as they were")
    func trustStore() throws {
        let annotations = [
            "certificate-arn": AWSEnvironment.certificateARN,
            "mutual-authentication": #"[{"port": 443, "mode": "verify", "trustStore": "arn:aws:store"}]"#,
        ]
        let plan = try Self.plan(annotations)
        let good = try ALBLowering.lower(plan, in: .standard)
        #expect(good.quarantined.isEmpty)
        let listener = try #require(
            good.graph.resources.first { $0.reference.type == "listener" && $0.reference.name == "https" })
        guard case .listener(var standing) = listener.resource else { return }
        standing.loadBalancer = .identifier("arn:lb")
        let reference = try #require(good.graph.resources.first { $0.reference.type == "load-balancer" }).reference
        var environment = AWSEnvironment.standard
        environment.missingTrustStores = ["arn:aws:store"]
        environment.standing = StandingResources(
            ObservedGraph(resources: [
                ObservedResource(
                    reference: reference, identifier: "arn:lb", resource: .loadBalancer(try balancer(good.graph))),
                ObservedResource(
                    reference: listener.reference, identifier: "arn:l", resource: .listener(standing)),
            ]))
        let lowering = try ALBLowering.lower(plan, in: environment)
        #expect(lowering.quarantined.map(\.member) == ["shop/bad"])
        #expect(lowering.quarantined.first?.message.contains("there is no trust store arn:aws:store") == true)
        let kept = try #require(lowering.graph[listener.reference]?.resource)
        guard case .listener(let spec) = kept else { return }
        #expect(spec.mutualAuthentication?.mode == "verify")
    }

    @Test("A load balancer for an Ingress that mustn't be served isn't made, and what it asks for is told")
    func forNobody() throws {
        var plan = try Self.plan(["security-groups": "kitchen"])
        plan.routes.removeAll { $0.ingress != "shop/bad" }
        let lowering = try ALBLowering.lower(plan, in: .standard)
        #expect(lowering.graph.resources.isEmpty)
        #expect(lowering.quarantined.map(\.member) == ["shop/bad"])
    }

    @Test("Where a scheme that can't be read makes a load balancer impossible, that is told with the Ingress")
    func unreadableScheme() throws {
        var environment = AWSEnvironment.standard
        environment.subnets.removeAll { $0.isPublic != true }
        let plan = try Self.plan(["scheme": "publicc"])
        let error = #expect(throws: LoweringError.self) { try ALBLowering.lower(plan, in: environment) }
        #expect(error?.message.contains("shop/bad") == true && error?.message.contains("publicc") == true)
    }
}
