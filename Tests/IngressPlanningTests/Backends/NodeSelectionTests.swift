import LoadBalancerModel
import Testing

@testable import IngressPlanning

@Suite struct NodeSelectionTests {
    private static func service(_ type: String, nodePort: Int? = 30_080) -> String {
        let port = nodePort.map { ", nodePort: \($0)" } ?? ""
        return """
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: shop}
            spec: {type: \(type), ports: [{name: http, port: 80, targetPort: 8080\(port)}]}
            """
    }

    private static func node(
        _ name: String, ready: String = "True", spec: String = "", labels: String = "{}"
    ) -> String {
        """
        apiVersion: v1
        kind: Node
        metadata: {name: \(name), labels: \(labels)}
        spec: {providerID: 'aws:///eu-central-1a/i-\(name)'\(spec)}
        status:
          addresses: [{type: InternalIP, address: 10.0.0.7}, {type: Hostname, address: \(name)}]
          conditions: [{type: Ready, status: '\(ready)'}]
        """
    }

    private static let slice = """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
        addressType: IPv4
        ports: [{name: http, port: 8080}]
        endpoints: [{addresses: [10.0.0.1]}]
        """

    private static func plan(
        _ service: String, annotations: [String: String] = ["target-type": "instance"],
        settings: [String: String] = [:], provider: String = "aws", nodes: [String] = [node("a")]
    ) throws -> LoadBalancerPlan {
        try planned(service, annotations: annotations, settings: settings, provider: provider, nodes: nodes).plan()
    }

    private static func planned(
        _ service: String, annotations: [String: String], settings: [String: String] = [:], provider: String = "aws",
        nodes: [String] = [node("a")], slices: [String] = [slice]
    ) throws -> Planned {
        let annotations = annotations.reduce(into: [String: String]()) {
            $0["alb.ingress.kubernetes.io/\($1.key)"] = $1.value
        }
        let ingress = Manifests.ingress("shop/web", annotations: annotations, defaultBackend: "web:80")
        return try Planned([Manifests.ingressClass(), ingress, service] + slices + nodes) { options in
            options.defaultProvider = provider
            options.providerSettings = settings
        }
    }

    @Test(arguments: ["NodePort", "LoadBalancer"])
    func `Instances as targets are the nodes with the port that the Service has on them`(type: String) throws {
        let plan = try Self.plan(Self.service(type))
        #expect(plan.pools.map(\.nodePort) == [30_080])
        #expect(
            plan.nodes
                == [
                    ClusterNode(
                        name: "a", providerID: "aws:///eu-central-1a/i-a", addresses: ["10.0.0.7"], labels: [:])
                ])
        #expect(plan.validate().isEmpty)
    }

    @Test func `The class and the command line may ask for instances, and an annotation has the last word`() throws {
        let service = Self.service("NodePort")
        let ports = { (annotations: [String: String], settings: [String: String]) in
            try Self.plan(service, annotations: annotations, settings: settings).pools.map(\.nodePort)
        }
        #expect(try ports([:], ["targetType": "instance"]) == [30_080])
        #expect(try ports(["target-type": "ip"], ["targetType": "instance"]) == [nil])
        #expect(try ports([:], [:]) == [nil])
    }

    @Test func `Nodes are in no plan that doesn't need them`() throws {
        for (service, annotations, provider) in [
            (Self.service("NodePort"), ["target-type": "ip"], "aws"),
            (Self.service("NodePort"), ["target-type": "instance"], "software"),
            (Self.service("ClusterIP"), ["target-type": "instance"], "aws"),
            (Self.service("NodePort", nodePort: nil), ["target-type": "instance"], "aws"),
        ] {
            let plan = try Self.plan(service, annotations: annotations, provider: provider)
            #expect(plan.nodes == nil && plan.pools.map(\.nodePort) == [nil], "\(service)")
        }
    }

    @Test func `Nodes that don't take requests are left out, and cordoned ones aren't`() throws {
        let exclusion = "{node.kubernetes.io/exclude-from-external-load-balancers: ''}"
        let nodes = [
            Self.node("b"), Self.node("a", spec: ", unschedulable: true"), Self.node("down", ready: "False"),
            Self.node("gone", spec: ", taints: [{key: ToBeDeletedByClusterAutoscaler, effect: NoSchedule}]"),
            Self.node("excluded", labels: exclusion),
            Self.node("fargate", labels: "{eks.amazonaws.com/compute-type: fargate}"),
        ]
        #expect(try Self.plan(Self.service("NodePort"), nodes: nodes).nodes?.map(\.name) == ["a", "b"])
    }

    @Test func `Where no node is ready, all are taken`() throws {
        let nodes = [Self.node("a", ready: "Unknown"), Self.node("b", ready: "False")]
        #expect(try Self.plan(Self.service("NodePort"), nodes: nodes).nodes?.map(\.name) == ["a", "b"])
    }

    @Test func `Without Node objects nothing is known of nodes`() throws {
        let plan = try Self.plan(Self.service("NodePort"), nodes: [])
        #expect(plan.nodes == nil && plan.pools.map(\.nodePort) == [30_080])
    }

    @Test func `Of nodes nobody has to say which endpoints are behind them`() throws {
        func reasons(_ annotations: [String: String], slices: [String] = []) throws -> [String] {
            try Self.planned(Self.service("NodePort"), annotations: annotations, slices: slices)
                .result.diagnostics.map(\.reason)
        }
        #expect(try !reasons(["target-type": "instance"]).contains("NoEndpoints"))
        #expect(try reasons(["target-type": "ip"]).contains("NoEndpoints"))
        let empty = Self.slice.replacing("{addresses: [10.0.0.1]}", with: "")
        #expect(try reasons(["target-type": "instance"], slices: [empty]).contains("NoEndpoints"))
    }

    @Test(arguments: [("instance", 30_080), ("ip", 8080)])
    func `A health check of a named port is that of what is registered`(type: String, port: Int) throws {
        let plan = try Self.plan(
            Self.service("NodePort"), annotations: ["target-type": type, "healthcheck-port": "http"])
        #expect(plan.pools.map(\.healthCheck?.port) == [port])
    }
}
