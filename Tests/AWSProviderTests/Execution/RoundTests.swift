import LoadBalancerModel
import Provisioning
import ProvisioningTesting
import Testing

@Suite("Rounds of proposals for several load balancers")
struct RoundTests {
    private let aws = StrictAWS()

    /// A plan of a load balancer of its own.
    private static func plan(_ name: String, settings: [String: String] = [:]) -> LoadBalancerPlan {
        var plan = LoadBalancerPlan.sample([.init(name, "/", "web")], settings: settings)
        plan.name = name
        return plan
    }

    /// The reads of a round, by operation.
    private func reads(of plans: [LoadBalancerPlan], in round: ProposalRound) async throws -> [String: Int] {
        let engine = ProvisioningEngine(provider: try aws.provider())
        aws.cloud.forgetCalls()
        for plan in plans {
            let proposal = try await engine.propose(plan, in: round)
            #expect(proposal.changeSet.isEmpty)
        }
        #expect(aws.writes == [])
        return Dictionary(grouping: aws.cloud.calls, by: \.operation).mapValues(\.count)
    }

    @Test("What is of the account is looked up once in a round, and anew in the next one")
    func account() async throws {
        let web = AWSWorld.standard().webACLs.ids[0]
        let settings = ["certificateDiscovery": "true", "wafWebACL": web]
        let plans = ["a", "b", "c"].map { Self.plan($0, settings: settings) }
        for plan in plans {
            let report = try await aws.apply(plan)
            #expect(report.isComplete, "\(report.failures)")
        }
        for _ in 1...2 {
            let counts = try await reads(of: plans, in: ProposalRound())
            let shared = [
                "GetCallerIdentity", "DescribeAccountLimits", "DescribeVpcs", "DescribeSubnets",
                "DescribeLoadBalancers",
                "ListCertificates", "ListResourcesForWebACL",
            ]
            for operation in shared { #expect(counts[operation] == 1, "\(operation)") }
            // For each load balancer, and once for the certificates of all.
            #expect(counts["GetResources"] == 4)
            #expect(counts["DescribeRules"] == 3)
            #expect(counts["GetWebACLForResource"] == nil)
        }
    }

    @Test("What a plan alone needs to know is looked up for it, also in a round")
    func differing() async throws {
        let plans = [
            Self.plan("a", settings: ["subnets": "subnet-0public000000000,subnet-0public000000001"]),
            Self.plan("b", settings: ["subnets": "subnet-0public000000001,subnet-0public000000002"]),
        ]
        for plan in plans { try await aws.apply(plan) }
        let engine = ProvisioningEngine(provider: try aws.provider())
        let round = ProposalRound()
        for plan in plans {
            let proposal = try await engine.propose(plan, in: round)
            #expect(proposal.changeSet.isEmpty)
        }
    }

    @Test("What carries a proposal out, and what is asked for after that, isn't of the round")
    func execution() async throws {
        let plan = Self.plan("a")
        let engine = ProvisioningEngine(provider: try aws.provider())
        let round = ProposalRound()
        let proposal = try await engine.propose(plan, in: round)
        let report = try await engine.execute(proposal, options: aws.options)
        #expect(report.isComplete, "\(report.failures)")
        let present = try await engine.provider.observe(Owner(plan)).resources
        #expect(present.contains { $0.reference.type == "load-balancer" })
        #expect(proposal.addresses(in: present).count == 1)
    }

    @Test("A look-up that fails fails for its plan, and is made again for the next one")
    func failure() async throws {
        let plans = ["a", "b"].map { Self.plan($0) }
        for plan in plans { try await aws.apply(plan) }
        let engine = ProvisioningEngine(provider: try aws.provider())
        let round = ProposalRound()
        aws.cloud.inject(AWSFault(.accessDenied, operation: "DescribeAccountLimits"))
        await #expect(throws: ProviderError.self) { try await engine.propose(plans[0], in: round) }
        let proposal = try await engine.propose(plans[1], in: round)
        #expect(proposal.changeSet.isEmpty)
    }
}
