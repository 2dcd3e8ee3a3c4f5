import LoadBalancerModel
import Provisioning
import ProvisioningTesting

@testable import AWSProvider

/// The strict AWS as a subject of the conformance suite.
struct StrictSubject: ConformanceSubject {
    let aws: StrictAWS
    let assets: PlanAssets

    init(assets: PlanAssets) {
        aws = StrictAWS()
        self.assets = assets
    }

    var options: ExecutionOptions { aws.options }

    func makeProvider() async throws -> AWSProvider { try aws.provider() }

    func inventory() async throws -> [String] { AccountInventory(aws.cloud.world).lines }

    func foreignInventory() async throws -> [String] {
        try await inventory().filter { !$0.contains(OwnershipTags.Key.resource) && !$0.hasPrefix("default rule") }
    }

    func writeCount() async throws -> Int { aws.cloud.writes.count }

    func throttle(_ count: Int) async throws {
        for _ in 1...count { aws.cloud.inject(AWSFault(.throttling, writesOnly: true, skipping: 1)) }
    }

    func delayReads() async throws { aws.cloud.settings.readsBehindWrites = 3 }

    func tamper(with owner: Owner) async throws {
        aws.cloud.change { world in
            for rule in world.rules.values where OwnershipTags(rule.tags)?.owner == owner {
                world.rules[rule.arn]?.actions = [
                    ["Type": "fixed-response", "FixedResponseConfig": ["StatusCode": "418"]]
                ]
                return
            }
        }
    }

    func addForeignRule(to owner: Owner) async throws {
        let listeners = aws.cloud.world.listeners.values.filter { OwnershipTags($0.tags)?.owner == owner }
        guard let listener = listeners.first else { return }
        try await ForeignResources(client: aws.client()).addRule(to: listener.arn)
    }

    func addForeignLoadBalancer() async throws {
        let subnets = aws.cloud.world.subnets.values.filter { !$0.isPublic }.map(\.id)
        try await ForeignResources(client: aws.client()).addLoadBalancer(subnets: subnets)
    }

    func setDeletionProtection(_ isOn: Bool, of owner: Owner) async throws {
        aws.cloud.change { world in
            for balancer in world.loadBalancers.values where OwnershipTags(balancer.tags)?.owner == owner {
                world.loadBalancers[balancer.arn]?.attributes["deletion_protection.enabled"] = isOn ? "true" : "false"
            }
        }
    }
}
