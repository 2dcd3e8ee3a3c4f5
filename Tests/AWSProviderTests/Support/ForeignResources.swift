import LoadBalancerModel
import Provisioning

@testable import AWSProvider

/// Makes what belongs to others.
struct ForeignResources {
    let client: AWSClient

    func addRule(to listener: String) async throws {
        let response = RuleAction.fixedResponse(.init(statusCode: 200))
        let context = OperationContext(
            owner: Owner(cluster: "", loadBalancer: ""), identifiers: [:], assets: PlanAssets())
        let parameters = [
            QueryParameter("ListenerArn", .text(listener)),
            QueryParameter("Priority", .integer(15)),
            QueryParameter("Conditions", .list([RuleCondition.pathPattern(["/foreign"]).query])),
            QueryParameter("Actions", try RuleAction.query([response], in: context)),
            QueryParameter("Tags", .pairs(["team": "other"])),
        ]
        _ = try await WritePermit.granting { permit in try await client.createRule(parameters, permit: permit) }
    }

    func addLoadBalancer(subnets: [String]) async throws {
        let parameters = [
            QueryParameter("Name", "theirs"),
            QueryParameter("Scheme", "internal"),
            QueryParameter("Subnets", .texts(subnets)),
            QueryParameter("Tags", .pairs(["team": "other"])),
        ]
        _ = try await WritePermit.granting { permit in
            try await client.createLoadBalancer(parameters, permit: permit)
        }
    }
}
