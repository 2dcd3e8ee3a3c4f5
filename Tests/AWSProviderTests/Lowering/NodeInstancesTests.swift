import LoadBalancerModel
import Provisioning
import ProvisioningTesting
import Testing

@testable import AWSProvider

@Suite("Nodes as targets")
struct NodeInstancesTests {
    private static let environment: AWSEnvironment = {
        var environment = AWSEnvironment.standard
        environment.instances = [
            .init(id: "i-2", addresses: ["10.0.0.12"], zone: "eu-central-1b", isOfCluster: true),
            .init(id: "i-1", addresses: ["10.0.0.11"], zone: "eu-central-1a", isOfCluster: true),
            .init(id: "i-9", addresses: ["10.0.0.19"], zone: "eu-central-1a"),
        ]
        return environment
    }()

    private func lower(
        nodes: [ClusterNode]?, settings: [String: String] = [:], nodePort: Int? = 30_080,
        endpoints: [Target] = [Target(address: "10.0.0.11", port: 8080)],
        in environment: AWSEnvironment = environment
    ) throws -> (targets: [TargetsSpec.Target], messages: [String]) {
        var plan = LoadBalancerPlan.test([.test("a.example.com", .prefix, "/")])
        plan.pools[0].settings = settings.merging(["targetType": "instance"]) { given, _ in given }
        plan.pools[0].nodePort = nodePort
        plan.pools[0].targets = endpoints
        plan.nodes = nodes
        let lowering = try ALBLowering.lower(plan, in: environment)
        let reference = ResourceReference(type: "targets", name: "web")
        guard case .targets(let spec)? = lowering.graph[reference]?.resource else { return ([], []) }
        return (spec.targets, lowering.fidelity.map(\.message).filter { $0.contains("web") })
    }

    private static let nodes = [
        ClusterNode(name: "one", providerID: "aws:///eu-central-1a/i-1", labels: ["pool": "web"]),
        ClusterNode(name: "two", addresses: ["10.0.0.12"], labels: ["pool": "batch"]),
    ]

    @Test("Nodes are found by what the cloud calls them, else by address, and get the Service's port on nodes")
    func nodes() throws {
        let (targets, messages) = try lower(nodes: Self.nodes)
        #expect(targets == [.init(id: "i-1", port: 30_080), .init(id: "i-2", port: 30_080)])
        #expect(messages.isEmpty)
    }

    @Test("Labels choose nodes")
    func labels() throws {
        #expect(
            try lower(nodes: Self.nodes, settings: ["targetNodeLabels": "pool=web"]).targets
                == [.init(id: "i-1", port: 30_080)])
        let (targets, messages) = try lower(nodes: Self.nodes, settings: ["targetNodeLabels": "pool=web,zone=b"])
        #expect(targets.isEmpty)
        #expect(messages == ["web has no targets, for no node of the cluster has the labels pool=web,zone=b"])
    }

    @Test("A node that is no running instance of the VPC is named")
    func strangers() throws {
        let stranger = ClusterNode(name: "three", providerID: "aws:///eu-central-1a/i-3")
        let (targets, messages) = try lower(nodes: Self.nodes + [stranger])
        #expect(targets.map(\.id) == ["i-1", "i-2"])
        #expect(messages == ["the node three is no target of web, for it is no running instance of vpc-1"])
    }

    @Test("Without Node objects the instances with the cluster's tag are its nodes")
    func tags() throws {
        let (targets, messages) = try lower(nodes: nil)
        #expect(targets.map(\.id) == ["i-1", "i-2"] && messages.isEmpty)
        let labelled = try lower(nodes: nil, settings: ["targetNodeLabels": "pool=web"])
        #expect(labelled.targets.map(\.id) == ["i-1", "i-2"])
        #expect(labelled.messages.count == 1 && labelled.messages[0].contains("pool=web"))
        let none = try lower(nodes: nil, in: .standard)
        #expect(none.targets.isEmpty)
        #expect(none.messages.count == 1 && none.messages[0].contains("provider.settings.clusterName"))
    }

    @Test("Of a Service without a port on nodes, the instances whose addresses its endpoints have are registered")
    func addresses() throws {
        #expect(try lower(nodes: Self.nodes, nodePort: nil).targets == [.init(id: "i-1", port: 8080)])
    }

    @Test("That a Service states neither a port on nodes nor endpoints is told")
    func nothing() throws {
        let (targets, messages) = try lower(nodes: Self.nodes, nodePort: nil, endpoints: [])
        #expect(targets.isEmpty)
        #expect(messages.count == 1 && messages[0].contains("states no nodePort and has no endpoints"))
    }

    @Test("Instances of the cluster are told by their tags")
    func lookup() async throws {
        let aws = StrictAWS()
        var plan = LoadBalancerPlan.sample([.init("shop", "/", "web")], settings: ["targetType": "instance"])
        for index in plan.pools.indices { plan.pools[index].nodePort = 30_080 }
        plan.identity.cluster = "production"
        let report = try await aws.apply(plan)
        #expect(report.isComplete, "\(report.failures)")
        let registered = aws.cloud.calls.filter { $0.operation == "RegisterTargets" }
        #expect(registered.count == 1)
        #expect(aws.cloud.violations.isEmpty)
        aws.cloud.forgetCalls()
        plan.nodes = [ClusterNode(name: "one", providerID: "aws:///us-east-1a/i-0aaaaaaaaaaaaaaa1")]
        let lessReport = try await aws.apply(plan)
        #expect(lessReport.isComplete, "\(lessReport.failures)")
        #expect(aws.writes == ["DeregisterTargets"])
    }
}
