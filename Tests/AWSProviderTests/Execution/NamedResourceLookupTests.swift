import LoadBalancerModel
import Provisioning
import ProvisioningTesting
import Testing

@testable import AWSProvider

/// What is asked of AWS about the names in settings, and what is made of its answers.
@Suite("Look-ups of names in settings")
struct NamedResourceLookupTests {
    private let aws = StrictAWS()
    private static let known: [String] = ["ELBSecurityPolicy-TLS13-1-3-2021-06", AWSWorld.standard().webACLs.ids[0]]
    private static let unknown: [String] = [
        "ELBSecurityPolicy-TLS13-1-9-2021-06", known[1].replacing("edge", with: "edges"),
    ]
    private static let missingCertificate =
        "arn:aws:acm:us-east-1:123456789012:certificate/99999999-2222-3333-4444-555555555555"
    /// The operations by which names are looked up.
    private static let operations: Set = ["DescribeSSLPolicies", "GetWebACL", "DescribeCertificate"]

    /// A plan with a listener of HTTPS, whose certificate is one of ACM.
    private static func plan(_ settings: [String: String], name: String = "sample") -> LoadBalancerPlan {
        var plan = LoadBalancerPlan.sample([.init("shop", "/", "web")], settings: settings)
        plan.listeners.append(Listener(name: "https-443", protocol: .https, port: 443, tls: ListenerTLS()))
        plan.name = name
        return plan
    }

    /// Puts a certificate into ACM.
    private func certificate() async throws -> String {
        let material = try TestCertificate("*.example.com", secret: "shop/tls").material
        let client = try aws.client()
        let arn = try await WritePermit.granting { permit in
            try await client.importCertificate(material, as: nil, tags: [:], permit: permit)
        }
        aws.cloud.forgetCalls()
        return arn
    }

    private var lookups: [String] {
        aws.cloud.calls.map(\.operation).filter(Self.operations.contains).sorted()
    }

    private func propose(_ plan: LoadBalancerPlan) async throws -> Proposal<AWSResource> {
        try await ProvisioningEngine(provider: aws.provider()).propose(plan)
    }

    @Test("Nothing is looked up where nothing is named")
    func unnamed() async throws {
        _ = try await propose(Self.plan([:]))
        #expect(lookups == [])
    }

    @Test("What is named is looked up until it is in force, and certificates always, for their names")
    func present() async throws {
        let plan = Self.plan([
            "sslPolicy": Self.known[0], "wafWebACL": Self.known[1], "certificateARNs": try await certificate(),
        ])
        let report = try await aws.apply(plan)
        #expect(report.isComplete, "\(report.failures)")
        #expect(lookups == ["DescribeCertificate", "DescribeSSLPolicies", "GetWebACL"])
        aws.cloud.forgetCalls()
        let again = try await propose(plan)
        #expect(again.changeSet.isEmpty)
        #expect(lookups == ["DescribeCertificate"])
        #expect(aws.cloud.violations.isEmpty)
    }

    @Test(
        "What isn't there is an error before anything is written",
        arguments: [
            ["sslPolicy": unknown[0]], ["wafWebACL": unknown[1]],
            // No id that WAF gives, or takes.
            ["wafWebACL": known[1].replacing("-555555555555", with: "")], ["certificateARNs": missingCertificate],
            ["certificateARNs": missingCertificate, "certificateDiscovery": "true"],
        ])
    func missing(settings: [String: String]) async throws {
        let settings = ["certificateARNs": try await certificate()].merging(settings) { $1 }
        let error = await #expect(throws: LoweringError.self) { try await aws.apply(Self.plan(settings)) }
        #expect(error?.reason == "SettingNotFound")
        #expect(aws.writes == [])
        #expect(aws.cloud.violations.isEmpty)
    }

    @Test("Of several load balancers in a round that name the same, one look-up tells")
    func round() async throws {
        let settings = [
            "sslPolicy": Self.known[0], "wafWebACL": Self.known[1], "certificateARNs": try await certificate(),
        ]
        let engine = ProvisioningEngine(provider: try aws.provider())
        let round = ProposalRound()
        for name in ["a", "b"] { _ = try await engine.propose(Self.plan(settings, name: name), in: round) }
        #expect(lookups == ["DescribeCertificate", "DescribeSSLPolicies", "GetWebACL"])
    }

    @Test(
        "Where AWS doesn't tell, nothing is held against a name",
        arguments: operations.sorted(),
        [
            .accessDenied, .failure(ServiceFailure("InvalidAction", "Could not find operation", status: 400)),
            .failure(ServiceFailure("UnknownOperationException", "", status: 404)),
            .failure(ServiceFailure("InternalFailure", "Not implemented", status: 501)),
        ] as [AWSFault.Effect])
    func untold(operation: String, effect: AWSFault.Effect) async throws {
        aws.cloud.inject(AWSFault(effect, operation: operation, times: 100))
        let names = [
            "DescribeSSLPolicies": ["sslPolicy": Self.unknown[0]], "GetWebACL": ["wafWebACL": Self.unknown[1]],
            "DescribeCertificate": ["certificateARNs": Self.missingCertificate],
        ]
        let settings = try await ["certificateARNs": certificate()].merging(names[operation, default: [:]]) { $1 }
        let proposal = try await propose(Self.plan(settings))
        #expect(proposal.changeSet.changes.contains { $0.reference.name == "https-443" })
    }

    @Test("An Ingress that asks for a web ACL and a policy that there aren't keeps what it had, and nothing opens")
    func standing() async throws {
        let certificate = try await certificate()
        func plan(_ names: [String]) -> LoadBalancerPlan {
            let source = { (field: String) in SettingSource(ingresses: ["test/shop"], field: field, isGuarding: true) }
            var plan = Self.plan(["sslPolicy": names[0], "wafWebACL": names[1], "certificateARNs": certificate])
            plan.provider.sources = ["sslPolicy": source("ssl-policy"), "wafWebACL": source("wafv2-acl-arn")]
            return plan
        }
        let first = try await aws.apply(plan(Self.known))
        #expect(first.isComplete, "\(first.failures)")
        aws.cloud.forgetCalls()
        let proposal = try await propose(plan(Self.unknown))
        #expect(Set(proposal.quarantined.map(\.member)) == ["test/shop"])
        #expect(proposal.changeSet.isEmpty)
        #expect(Array(aws.cloud.world.webACLAssociations.values) == [Self.known[1]])
        #expect(aws.cloud.world.listeners.values.compactMap(\.sslPolicy) == [Self.known[0]])
    }
}
