import AWSProvider
import Foundation
import IngressPlanning
import LoadBalancerModel
import ManifestSource

/// The manifests of so many Ingresses on one load balancer, and what they are planned as.
///
/// They are spread over 50 namespaces with two Services of three endpoints each, since AWS allows 100 target groups for a
/// load balancer and raises that for nobody. Each Ingress has a host and two paths, which are served over HTTP and HTTPS:
/// four rules.
struct Workload {
    static let namespaces = 50
    static let rulesPerIngress = 4

    let manifests: [UInt8]

    /// - Parameters:
    ///   - extraHost: a host more, as an Ingress of its own.
    ///   - changedIngress: the Ingress of which one path is another.
    init(ingresses: Int, extraHost: String? = nil, changedIngress: Int? = nil) {
        var text = ""
        for namespace in 0..<Self.namespaces {
            text += Self.service("web", namespace, number: 2 * namespace)
            text += Self.service("api", namespace, number: 2 * namespace + 1)
        }
        for index in 0..<ingresses {
            text += Self.ingress(
                "front-\(index)", index % Self.namespaces, host: "shop-\(index).example.com",
                path: index == changedIngress ? "/api/v2" : "/api")
        }
        if let extraHost { text += Self.ingress("extra", 0, host: extraHost, path: "/api") }
        manifests = Array(text.utf8)
    }

    func load() -> ManifestSnapshot {
        ManifestSnapshot(reading: manifests, name: "benchmark.yaml")
    }

    /// The plan, which is one.
    static func plan(_ snapshot: ClusterSnapshot) -> LoadBalancerPlan {
        let options = PlannerOptions(
            ingressClass: "bench", watchIngressWithoutClass: true, clusterName: "bench", fromFiles: true,
            now: Date(timeIntervalSince1970: 1_750_000_000))
        let result = IngressPlanner(options: options).plan(snapshot)
        precondition(result.plans.count == 1, "one load balancer, and not \(result.plans.count)")
        var plan = result.plans[0]
        plan.provider.name = "aws"
        plan.provider.settings["certificateARNs"] = AWSEnvironment.certificate.arn
        return plan
    }

    private static func service(_ name: String, _ namespace: Int, number: Int) -> String {
        """
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: \(name), namespace: team-\(namespace)}
        spec: {ports: [{port: 80}]}
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: \(name)-1, namespace: team-\(namespace), labels: {kubernetes.io/service-name: \(name)}}
        addressType: IPv4
        ports: [{port: 8080}]
        endpoints:
          - {addresses: [10.0.\(number).10], conditions: {ready: true}}
          - {addresses: [10.0.\(number).11], conditions: {ready: true}}
          - {addresses: [10.0.\(number).12], conditions: {ready: true}}

        """
    }

    private static func ingress(_ name: String, _ namespace: Int, host: String, path: String) -> String {
        """
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: \(name), namespace: team-\(namespace)}
        spec:
          ingressClassName: bench
          rules:
            - host: \(host)
              http:
                paths:
                  - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
                  - {path: \(path), pathType: Prefix, backend: {service: {name: api, port: {number: 80}}}}

        """
    }
}

extension AWSEnvironment {
    fileprivate static let certificate = Certificate(
        arn: "arn:aws:acm:eu-central-1:123456789012:certificate/11111111-2222-3333-4444-555555555555",
        domains: ["*.example.com"], notAfter: "2030-01-01T00:00:00Z")

    /// An account with subnets in three zones.
    static func benchmark(rulesPerLoadBalancer: Int = AWSQuotas().rulesPerLoadBalancer) -> AWSEnvironment {
        var quotas = AWSQuotas()
        quotas.rulesPerLoadBalancer = rulesPerLoadBalancer
        return AWSEnvironment(
            region: "eu-central-1", account: "123456789012", vpc: VPC(id: "vpc-1", cidrs: ["10.0.0.0/16"]),
            subnets: ["a", "b", "c"].enumerated().map { index, zone in
                Subnet(
                    id: "subnet-\(zone)", zone: "eu-central-1\(zone)", cidr: "10.0.\(index).0/24", isPublic: true,
                    tags: ["kubernetes.io/role/elb": "1"])
            },
            certificates: [certificate], quotas: quotas)
    }
}
