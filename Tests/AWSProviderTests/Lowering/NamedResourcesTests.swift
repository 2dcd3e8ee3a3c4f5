import LoadBalancerModel
import Provisioning
import Testing

@testable import AWSProvider

/// Security policies, web ACLs and certificates that settings name and that AWS wouldn't take.
@Suite("Names that AWS doesn't know")
struct NamedResourcesTests {
    private static let prefix = "alb.ingress.kubernetes.io/"
    private static let policy = "ELBSecurityPolicy-TLS13-1-9-2021-06"
    private static let webACL =
        "arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/edge/11111111-2222-3333-4444-555555555555"
    private static let other = "arn:aws:acm:eu-central-1:123456789012:certificate/22222222-2222-3333-4444-555555555555"
    private static let good = AWSEnvironment.certificateARN

    /// An account that has none of them.
    private static var environment: AWSEnvironment {
        var environment = AWSEnvironment.standard
        environment.missingSecurityPolicies = [policy]
        environment.missingWebACLs = [webACL]
        environment.missingCertificates = [other]
        return environment
    }

    private func balancer(_ graph: ResourceGraph<AWSResource>) throws -> LoadBalancerSpec {
        try #require(
            graph.resources.lazy.compactMap { node -> LoadBalancerSpec? in
                if case .loadBalancer(let spec) = node.resource { spec } else { nil }
            }.first)
    }

    private func listener(_ graph: ResourceGraph<AWSResource>) -> ListenerSpec? {
        graph.resources.lazy.compactMap { node -> ListenerSpec? in
            if case .listener(let spec) = node.resource, spec.protocol == "HTTPS" { spec } else { nil }
        }.first
    }

    /// What a lowering made, as it stands.
    private func standing(_ graph: ResourceGraph<AWSResource>) throws -> StandingResources {
        let reference = try #require(graph.resources.first { $0.reference.type == "load-balancer" }).reference
        var resources = [
            ObservedResource(
                reference: reference, identifier: "arn:lb", resource: AWSResource.loadBalancer(try balancer(graph)))
        ]
        if var spec = listener(graph) {
            spec.loadBalancer = .identifier("arn:lb")
            resources.append(
                ObservedResource(
                    reference: ResourceReference(type: AWSResource.ResourceType.listener, name: "https"),
                    identifier: "arn:listener", resource: .listener(spec)))
        }
        return StandingResources(ObservedGraph(resources: resources))
    }

    private func members(_ graph: ResourceGraph<AWSResource>) -> Set<String> {
        Set(graph.resources.filter { $0.reference.type == "rule" }.flatMap(\.members))
    }

    // MARK: Parameters

    @Test(
        "In the parameters they are an error that names the field, the value and the remedy",
        arguments: [
            (["sslPolicy": policy], ["provider.settings.sslPolicy", policy, "aws elbv2 describe-ssl-policies"]),
            (["wafWebACL": webACL], ["provider.settings.wafWebACL", webACL, "eu-central-1", "correct its ARN"]),
            (
                ["certificateARNs": "\(good),\(other)"],
                ["provider.settings.certificateARNs", other, "no such certificate", "request or import it"]
            ),
            (
                ["certificateARNs": good.replacing("eu-central-1", with: "us-east-1")],
                ["it is of us-east-1", "certificates of its own region", "import it in eu-central-1"]
            ),
            (
                ["wafWebACL": webACL.replacing("eu-central-1", with: "us-east-1")],
                ["is of us-east-1", "make one in eu-central-1"]
            ),
            (
                ["wafWebACL": webACL.replacing("regional", with: "global")],
                ["is a web ACL for CloudFront", "a regional one"]
            ),
            (
                ["wafWebACL": "arn:aws:waf-regional:eu-central-1:123456789012:webacl/1"],
                ["is no web ACL of WAFv2", "regional/webacl/NAME/ID"]
            ),
            (
                ["certificateARNs": "foo"],
                ["provider.settings.certificateARNs", "foo", "no certificate of ACM", "certificate/ID"]
            ),
            (
                ["certificateARNs": webACL],
                ["no certificate of ACM", "arn:aws:acm:eu-central-1:123456789012:certificate/ID"]
            ),
            (
                ["sslPolicy": policy, "wafWebACL": webACL],
                ["provider.settings.sslPolicy", "provider.settings.wafWebACL"]
            ),
        ] as [([String: String], [String])])
    func parameters(settings: [String: String], parts: [String]) throws {
        let plan = LoadBalancerPlan.test(
            [.test("a.example.com", .prefix, "/")], settings: ["certificateARNs": Self.good].merging(settings) { $1 })
        let error = #expect(throws: LoweringError.self) { try ALBLowering.lower(plan, in: Self.environment) }
        for part in parts { #expect(error?.message.contains(part) == true, "\(error?.message ?? "") lacks \(part)") }
    }

    @Test(
        "A certificate that isn't issued can't be had, and the status says what to do",
        arguments: [
            ("PENDING_VALIDATION", ["is PENDING_VALIDATION", "prove that its domains are yours"]),
            ("EXPIRED", ["is EXPIRED since 2030-01-01T00:00:00Z", "renew it"]),
            ("REVOKED", ["is REVOKED", "name one that is ISSUED"]),
        ])
    func status(_ status: String, parts: [String]) {
        var environment = AWSEnvironment.standard
        environment.certificates[0].status = status
        let plan = LoadBalancerPlan.test([.test("a.example.com", .prefix, "/")])
        let error = #expect(throws: LoweringError.self) { try ALBLowering.lower(plan, in: environment) }
        for part in parts { #expect(error?.message.contains(part) == true, "\(error?.message ?? "") lacks \(part)") }
    }

    @Test("One that a listener presents stays when it expires, which is told and stops nothing")
    func expiredInService() throws {
        let plan = LoadBalancerPlan.test([.test("a.example.com", .prefix, "/")])
        var environment = AWSEnvironment.standard
        environment.standing = try standing(ALBLowering.lower(plan, in: environment).graph)
        environment.certificates[0].status = "EXPIRED"
        let lowering = try ALBLowering.lower(plan, in: environment)
        #expect(listener(lowering.graph)?.defaultCertificate == .identifier(Self.good))
        let told = lowering.fidelity.filter { $0.message.contains("EXPIRED") }
        #expect(told.map(\.object) == ["LoadBalancer hg-test-12345678"])
        #expect(
            told.first?.message.hasPrefix("provider.settings.certificateARNs: the certificate \(Self.good)") == true)
    }

    @Test("What isn't known to be missing is taken, a certificate of IAM among it")
    func untold() throws {
        let iam = "arn:aws:iam::123456789012:server-certificate/shop"
        let plan = LoadBalancerPlan.test(
            [.test("a.example.com", .prefix, "/")],
            settings: ["certificateARNs": iam, "sslPolicy": Self.policy, "wafWebACL": Self.webACL])
        let lowering = try ALBLowering.lower(plan, in: .standard)
        let listener = try #require(self.listener(lowering.graph))
        #expect(listener.defaultCertificate == .identifier(iam) && listener.sslPolicy == Self.policy)
        #expect(try balancer(lowering.graph).webACL == .associated(Self.webACL))
    }

    @Test("Where nothing serves HTTPS, no certificate is held against the parameters")
    func plainHTTP() throws {
        var plan = LoadBalancerPlan.test(
            [.test("a.example.com", .prefix, "/")], settings: ["certificateARNs": Self.other])
        plan.listeners.removeAll { $0.tls != nil }
        #expect(throws: Never.self) { try ALBLowering.lower(plan, in: Self.environment) }
    }

    // MARK: Annotations

    @Test(
        "A guard that can't be had quarantines all Ingresses that ask for it, and the others go on",
        arguments: [
            ("ssl-policy", policy, "there is no security policy"), ("wafv2-acl-arn", webACL, "there is no web ACL"),
        ])
    func guards(name: String, value: String, message: String) throws {
        let annotations = [name: value, "certificate-arn": Self.good]
        let plan = try PlanSettingsTests.plan(annotations, others: ["worse": annotations])
        let lowering = try ALBLowering.lower(plan, in: Self.environment)
        #expect(lowering.quarantined.map(\.member) == ["shop/bad", "shop/worse"])
        let told = try #require(lowering.quarantined.first).message
        #expect(told.hasPrefix("metadata.annotations[\(Self.prefix)\(name)]: \(message) \(value)"), "\(told)")
        #expect(members(lowering.graph) == ["shop/good"])
        #expect(try balancer(lowering.graph).webACL == .unmanaged)
        #expect(listener(lowering.graph)?.sslPolicy != Self.policy)
    }

    @Test("Guards that can't be had leave those that stand as they are")
    func standingGuards() throws {
        let before = try ALBLowering.lower(
            PlanSettingsTests.plan([
                "certificate-arn": Self.good, "ssl-policy": "ELBSecurityPolicy-FS-2018-06",
                "wafv2-acl-arn": Self.webACL.replacing("edge", with: "old"),
            ]), in: .standard)
        var environment = Self.environment
        environment.standing = try standing(before.graph)
        let lowering = try ALBLowering.lower(
            PlanSettingsTests.plan([
                "certificate-arn": Self.good, "ssl-policy": Self.policy, "wafv2-acl-arn": Self.webACL,
            ]), in: environment)
        #expect(lowering.quarantined.map(\.member) == ["shop/bad"])
        #expect(listener(lowering.graph)?.sslPolicy == "ELBSecurityPolicy-FS-2018-06")
        #expect(
            try balancer(lowering.graph).webACL == .associated(Self.webACL.replacing("edge", with: "old")))
    }

    @Test("What is in force already is known, whatever a look-up says")
    func inForce() throws {
        let plan = try PlanSettingsTests.plan([
            "certificate-arn": Self.other, "ssl-policy": Self.policy, "wafv2-acl-arn": Self.webACL,
        ])
        var environment = Self.environment
        environment.standing = try standing(ALBLowering.lower(plan, in: .standard).graph)
        let lowering = try ALBLowering.lower(plan, in: environment)
        #expect(lowering.quarantined.isEmpty)
        #expect(listener(lowering.graph)?.defaultCertificate == .identifier(Self.other))
    }

    @Test("A certificate that can't be had is left out by itself, and told to each Ingress that names it")
    func certificates() throws {
        let plan = try PlanSettingsTests.plan(
            ["certificate-arn": "\(Self.good),\(Self.other)"], others: ["worse": ["certificate-arn": Self.other]])
        let lowering = try ALBLowering.lower(plan, in: Self.environment)
        #expect(lowering.quarantined.isEmpty)
        let listener = try #require(self.listener(lowering.graph))
        #expect(listener.defaultCertificate == .identifier(Self.good) && listener.certificates.isEmpty)
        let told = lowering.fidelity.filter { $0.message.contains(Self.other) }
        #expect(told.map(\.object) == ["Ingress shop/bad", "Ingress shop/worse"])
        #expect(
            told.first?.message
                == "metadata.annotations[\(Self.prefix)certificate-arn]: the certificate \(Self.other) is left out, for "
                + "there is no such certificate in eu-central-1; correct its ARN, or request or import it there")
    }

    @Test("Without any other certificate there is no listener of HTTPS, and a load balancer of HTTPS alone says why")
    func onlyCertificate() throws {
        let lowering = try ALBLowering.lower(
            PlanSettingsTests.plan(["certificate-arn": Self.other]), in: Self.environment)
        #expect(listener(lowering.graph) == nil)
        var plan = try PlanSettingsTests.plan(["certificate-arn": Self.other])
        plan.listeners.removeAll { $0.tls == nil }
        let error = #expect(throws: LoweringError.self) { try ALBLowering.lower(plan, in: Self.environment) }
        #expect(error?.reason == "NoListener")
        #expect(error?.message.contains("Ingress shop/bad, metadata.annotations[") == true)
        #expect(error?.message.contains(Self.other) == true)
    }

    @Test("The default certificate that stands stays while the one that is asked for can't be had")
    func standingCertificate() throws {
        let before = try ALBLowering.lower(PlanSettingsTests.plan(["certificate-arn": Self.good]), in: .standard)
        var environment = Self.environment
        environment.standing = try standing(before.graph)
        let lowering = try ALBLowering.lower(
            PlanSettingsTests.plan(["certificate-arn": Self.other]), in: environment)
        #expect(listener(lowering.graph)?.defaultCertificate == .identifier(Self.good))
        #expect(lowering.fidelity.contains { $0.object == "Ingress shop/bad" && $0.message.contains(Self.other) })
    }

    // MARK: What listeners are

    @Test("A listener of HTTPS is told with its security policy and the names of its certificates")
    func served() throws {
        let lowering = try ALBLowering.lower(.test([.test("a.example.com", .prefix, "/")]), in: .standard)
        #expect(
            lowering.listeners == [
                ServedListener(
                    name: "https", securityPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
                    certificates: [
                        ServedCertificate(
                            source: Self.good, names: ["*.example.com"], notAfter: "2030-01-01T00:00:00Z")
                    ])
            ])
        let none = try ALBLowering.lower(.test([.test("a.example.com", .prefix, "/")], settings: [:]), in: .standard)
        #expect(none.listeners == [ServedListener(name: "https")])
    }
}
