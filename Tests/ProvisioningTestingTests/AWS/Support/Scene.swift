import ProvisioningTesting
import Testing

/// A simulated AWS in which a load balancer is already there.
struct Scene {
    let cloud: SimulatedAWS
    let caller: Caller

    static let vpc = "vpc-0a1b2c3d4e5f60718"
    static let publicSubnets = ["subnet-0public000000000", "subnet-0public000000001"]

    init(settings: CloudSettings = CloudSettings()) {
        cloud = SimulatedAWS(settings: settings)
        caller = Caller(cloud)
    }

    /// Creates a load balancer; its ARN.
    @discardableResult
    func loadBalancer(_ name: String = "shop") throws -> String {
        try require(
            caller.elb("CreateLoadBalancer", ["Name": .string(name), "Subnets": .strings(Self.publicSubnets)]),
            "LoadBalancerArn")
    }

    /// Creates a target group; its ARN.
    @discardableResult
    func targetGroup(_ name: String = "shop-web", _ changes: [String: AWSValue] = [:]) throws -> String {
        var parameters: [String: AWSValue] = [
            "Name": .string(name), "Protocol": "HTTP", "Port": 8080, "VpcId": .string(Self.vpc), "TargetType": "ip",
        ]
        parameters.merge(changes) { _, new in new }
        return try require(caller.elb("CreateTargetGroup", .structure(parameters)), "TargetGroupArn")
    }

    /// Creates an HTTP listener that answers 404; its ARN.
    @discardableResult
    func listener(of loadBalancer: String, port: Int = 80) throws -> String {
        try require(
            caller.elb(
                "CreateListener",
                [
                    "LoadBalancerArn": .string(loadBalancer), "Protocol": "HTTP", "Port": .integer(port),
                    "DefaultActions": [Self.notFound],
                ]), "ListenerArn")
    }

    /// Tries to create a rule.
    func createRule(
        _ listener: String, priority: Int, conditions: AWSValue = [Self.path("/a")], actions: AWSValue = [notFound],
        transforms: AWSValue? = nil
    ) throws -> Caller.Answer {
        try caller.elb(
            "CreateRule",
            .object([
                "ListenerArn": .string(listener), "Priority": .integer(priority), "Conditions": conditions,
                "Actions": actions, "Transforms": transforms,
            ]))
    }

    /// Creates a rule; its ARN.
    @discardableResult
    func rule(_ listener: String, priority: Int, actions: AWSValue = [notFound]) throws -> String {
        try require(createRule(listener, priority: priority, actions: actions), "RuleArn")
    }

    func require(_ answer: Caller.Answer, _ element: String) throws -> String {
        #expect(answer.status == 200, "\(answer.text)")
        return try #require(answer.element(element))
    }

    static let notFound: AWSValue = ["Type": "fixed-response", "FixedResponseConfig": ["StatusCode": "404"]]

    static func path(_ patterns: String...) -> AWSValue {
        ["Field": "path-pattern", "PathPatternConfig": ["Values": .strings(patterns)]]
    }

    static func host(_ patterns: String...) -> AWSValue {
        ["Field": "host-header", "HostHeaderConfig": ["Values": .strings(patterns)]]
    }

    static func forward(_ targetGroups: String...) -> AWSValue {
        [
            "Type": "forward",
            "ForwardConfig": [
                "TargetGroups": .list(targetGroups.map { ["TargetGroupArn": .string($0), "Weight": 1] })
            ],
        ]
    }
}
