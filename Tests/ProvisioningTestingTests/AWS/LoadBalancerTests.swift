import Foundation
import ProvisioningTesting
import Testing

@Suite("Load balancers and target groups in the AWS test server")
struct LoadBalancerTests {
    @Test("What is created twice with the same settings is one, and with others is refused")
    func idempotence() throws {
        let scene = Scene()
        let balancer = try scene.loadBalancer()
        #expect(try scene.loadBalancer() == balancer)
        let group = try scene.targetGroup()
        #expect(try scene.targetGroup() == group)
        let listener = try scene.listener(of: balancer)
        #expect(try scene.listener(of: balancer) == listener)
        let world = scene.cloud.world
        #expect(world.loadBalancers.count == 1 && world.targetGroups.count == 1 && world.listeners.count == 1)
        let other: AWSValue = ["Name": "shop", "Subnets": .strings(Scene.publicSubnets), "Scheme": "internal"]
        #expect(try scene.caller.elb("CreateLoadBalancer", other).code == "DuplicateLoadBalancerName")
        let otherGroup: AWSValue = ["Name": "shop-web", "Protocol": "HTTP", "Port": 9090, "VpcId": .string(Scene.vpc)]
        #expect(try scene.caller.elb("CreateTargetGroup", otherGroup).code == "DuplicateTargetGroupName")
        #expect(scene.cloud.calls.filter(\.changedSomething).count == 3)
    }

    @Test(
        "A load balancer that can't stand is refused",
        arguments: [
            (["Name": "-shop", "Subnets": .strings(Scene.publicSubnets)], "ValidationError"),
            (["Name": "internal-shop", "Subnets": .strings(Scene.publicSubnets)], "ValidationError"),
            (
                ["Name": .string(String(repeating: "a", count: 33)), "Subnets": .strings(Scene.publicSubnets)],
                "ValidationError"
            ),
            (["Name": "shop", "Subnets": .strings(Scene.publicSubnets.prefix(1))], "ValidationError"),
            (["Name": "shop", "Subnets": ["subnet-0public000000000", "subnet-9"]], "SubnetNotFound"),
            (
                ["Name": "shop", "Subnets": ["subnet-0public000000000", "subnet-0private00000000"]],
                "InvalidConfigurationRequest"
            ),
            (
                ["Name": "shop", "Subnets": .strings(Scene.publicSubnets), "SecurityGroups": ["sg-1"]],
                "InvalidSecurityGroup"
            ),
            (
                ["Name": "shop", "Subnets": .strings(Scene.publicSubnets), "Tags": [["Key": "aws:a", "Value": "b"]]],
                "ValidationError"
            ),
            (
                [
                    "Name": "shop", "Subnets": .strings(Scene.publicSubnets),
                    "Tags": [["Key": "a", "Value": "b"], ["Key": "a", "Value": "c"]],
                ],
                "DuplicateTagKeys"
            ),
        ] as [(AWSValue, String)])
    func refused(parameters: AWSValue, code: String) throws {
        let scene = Scene()
        #expect(try scene.caller.elb("CreateLoadBalancer", parameters).code == code)
        #expect(scene.cloud.world.loadBalancers.isEmpty)
    }

    @Test("Deletion protection stands before a deletion, and a missing load balancer doesn't")
    func deletionProtection() throws {
        let scene = Scene()
        let balancer = AWSValue.string(try scene.loadBalancer())
        func protect(_ value: AWSValue) throws -> Caller.Answer {
            try scene.caller.elb(
                "ModifyLoadBalancerAttributes",
                ["LoadBalancerArn": balancer, "Attributes": [["Key": "deletion_protection.enabled", "Value": value]]])
        }
        #expect(try protect("yes").code == "ValidationError")
        #expect(try protect("true").status == 200)
        #expect(
            try scene.caller.elb("DeleteLoadBalancer", ["LoadBalancerArn": balancer]).code == "OperationNotPermitted")
        #expect(try protect("false").status == 200)
        #expect(try scene.caller.elb("DeleteLoadBalancer", ["LoadBalancerArn": balancer]).status == 200)
        #expect(try scene.caller.elb("DeleteLoadBalancer", ["LoadBalancerArn": balancer]).status == 200)
    }

    @Test("Reads lag behind writes by as many reads as are set, and writes by none")
    func eventualConsistency() throws {
        var settings = CloudSettings()
        settings.readsBehindWrites = 2
        let scene = Scene(settings: settings)
        let group = AWSValue.string(try scene.targetGroup())
        let read: AWSValue = ["TargetGroupArns": .list([group])]
        #expect(try scene.caller.elb("DescribeTargetGroups", read).code == "TargetGroupNotFound")
        #expect(
            try scene.caller.elb("AddTags", ["ResourceArns": .list([group]), "Tags": [["Key": "a", "Value": "b"]]])
                .status == 200)
        #expect(try scene.caller.elb("DescribeTargetGroups", read).code == "TargetGroupNotFound")
        #expect(try scene.caller.elb("DescribeTags", ["ResourceArns": .list([group])]).elements("Key").isEmpty)
        #expect(try scene.caller.elb("DescribeTags", ["ResourceArns": .list([group])]).elements("Key") == ["a"])
    }

    @Test("Lists come in pages, in every service")
    func pages() throws {
        var settings = CloudSettings()
        settings.pageSize = 2
        let scene = Scene(settings: settings)
        for name in ["a", "b", "c"] {
            try scene.targetGroup(name, ["Tags": [["Key": "owner", "Value": "x"]]])
        }
        let first = try scene.caller.elb("DescribeTargetGroups", ["PageSize": 400])
        #expect(first.elements("TargetGroupName") == ["a", "b"])
        let marker = AWSValue.string(try #require(first.element("NextMarker")))
        let second = try scene.caller.elb("DescribeTargetGroups", ["Marker": marker])
        #expect(second.elements("TargetGroupName") == ["c"] && second.element("NextMarker") == nil)
        #expect(try scene.caller.elb("DescribeTargetGroups", ["Marker": "x"]).code == "ValidationError")
        let filter: AWSValue = ["TagFilters": [["Key": "owner", "Values": ["x"]]]]
        let found = try scene.caller.json("tagging", "ResourceGroupsTaggingAPI_20170126", "GetResources", filter)
        #expect(
            found.text.components(separatedBy: "ResourceARN\"").count == 3
                && !found.text.contains("\"PaginationToken\":\"\""))
        #expect(try scene.caller.ec2("DescribeSubnets").element("nextToken") != nil)
    }

    @Test("Targets are pairs of address and port, each with a health that takes its course")
    func targets() throws {
        let scene = Scene()
        let group = try scene.targetGroup()
        let targets: AWSValue = [["Id": "10.0.0.5", "Port": 8080], ["Id": "10.0.0.5", "Port": 8081]]
        let named: AWSValue = ["TargetGroupArn": .string(group), "Targets": targets]
        func states() throws -> [String] {
            try scene.caller.elb("DescribeTargetHealth", ["TargetGroupArn": .string(group)]).elements("State")
        }
        #expect(try scene.caller.elb("RegisterTargets", named).status == 200)
        #expect(try states() == ["unused", "unused"])
        let listener = try scene.listener(of: scene.loadBalancer())
        try scene.rule(listener, priority: 1, actions: [Scene.forward(group)])
        #expect(try states() == ["initial", "initial"])
        scene.cloud.setHealth(.unhealthy, of: "10.0.0.5", port: 8081, inTargetGroup: group)
        #expect(try states() == ["healthy", "unhealthy"])
        let last: AWSValue = ["TargetGroupArn": .string(group), "Targets": [["Id": "10.0.0.5", "Port": 8081]]]
        #expect(try scene.caller.elb("DeregisterTargets", last).status == 200)
        #expect(try states() == ["healthy", "draining"])
        #expect(try states() == ["healthy"])
    }

    @Test(
        "A target that can't be reached is refused",
        arguments: [
            (["Id": "203.0.113.5"], "ValidationError"), (["Id": "172.16.0.5"], "ValidationError"),
            (["Id": "2001:db8::1"], "ValidationError"), (["Id": "i-0aaaaaaaaaaaaaaa1"], "ValidationError"),
            (["Id": "172.16.0.5", "AvailabilityZone": "all"], nil), (["Id": "10.0.0.5", "Port": 0], "ValidationError"),
        ] as [(AWSValue, String?)])
    func refusedTargets(target: AWSValue, code: String?) throws {
        let scene = Scene()
        let group = AWSValue.string(try scene.targetGroup())
        #expect(
            try scene.caller.elb("RegisterTargets", ["TargetGroupArn": group, "Targets": .list([target])]).code == code)
    }

    @Test(
        "An attribute that isn't one, or whose value can't be, is refused",
        arguments: [
            ("slow_start.duration_seconds", "10"), ("stickiness.type", "source_ip"), ("colour", "red"),
            ("deregistration_delay.timeout_seconds", "3601"), ("load_balancing.algorithm.type", "random"),
        ])
    func attributes(key: String, value: String) throws {
        let scene = Scene()
        let parameters: AWSValue = [
            "TargetGroupArn": .string(try scene.targetGroup()),
            "Attributes": [["Key": .string(key), "Value": .string(value)]],
        ]
        #expect(try scene.caller.elb("ModifyTargetGroupAttributes", parameters).code == "ValidationError")
    }

    @Test("Tags are described for 20 resources at once, and a resource has 50")
    func tags() throws {
        let scene = Scene()
        let group = AWSValue.string(try scene.targetGroup())
        let many: AWSValue = .list(Array(repeating: group, count: 21))
        #expect(try scene.caller.elb("DescribeTags", ["ResourceArns": many]).code == "ValidationError")
        let tags: AWSValue = .list((1...51).map { ["Key": .string("k\($0)"), "Value": ""] })
        #expect(try scene.caller.elb("AddTags", ["ResourceArns": .list([group]), "Tags": tags]).code == "TooManyTags")
    }

    @Test("A gRPC target group needs an HTTPS listener")
    func protocolVersion() throws {
        let scene = Scene()
        let listener = try scene.listener(of: scene.loadBalancer())
        let group = try scene.targetGroup("grpc", ["ProtocolVersion": "GRPC", "Matcher": ["GrpcCode": "0-12"]])
        let answer = try scene.createRule(listener, priority: 1, actions: [Scene.forward(group)])
        #expect(answer.code == "InvalidConfigurationRequest")
    }

    @Test("Throttling strikes the operation and as often as asked; the call can be made again")
    func throttling() throws {
        let scene = Scene()
        scene.cloud.inject(AWSFault(.throttling, operation: "CreateTargetGroup", skipping: 1, times: 2))
        let codes = try ["a", "b", "b", "b"].map { name in
            try scene.caller.elb(
                "CreateTargetGroup",
                ["Name": .string(name), "Protocol": "HTTP", "Port": 80, "VpcId": .string(Scene.vpc)]
            ).code
        }
        #expect(codes == [nil, "Throttling", "Throttling", nil])
        #expect(Set(scene.cloud.calls.map(\.requestID)).count == 4)
    }
}
