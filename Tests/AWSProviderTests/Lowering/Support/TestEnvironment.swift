import AWSProvider
import LoadBalancerModel

extension AWSEnvironment {
    static let certificateARN = "arn:aws:acm:eu-central-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"

    /// An account with a VPC over three zones, a public and a private subnet in each.
    static let standard = AWSEnvironment(
        region: "eu-central-1", account: "123456789012",
        vpc: VPC(id: "vpc-1", cidrs: ["10.0.0.0/16", "2001:db8::/56"]),
        subnets: ["a", "b", "c"].enumerated().flatMap { index, zone in
            [
                Subnet(
                    id: "subnet-public-\(zone)", zone: "eu-central-1\(zone)", cidr: "10.0.\(index).0/24",
                    ipv6CIDR: "2001:db8:0:\(index)::/64", isPublic: true, tags: ["kubernetes.io/role/elb": "1"]),
                Subnet(
                    id: "subnet-private-\(zone)", zone: "eu-central-1\(zone)", cidr: "10.0.1\(index).0/24",
                    isPublic: false, tags: ["kubernetes.io/role/internal-elb": "1"]),
            ]
        },
        securityGroups: [
            SecurityGroup(id: "sg-1", vpc: "vpc-1", name: "office"), SecurityGroup(id: "sg-other", vpc: "vpc-2"),
        ],
        certificates: [Certificate(arn: certificateARN, domains: ["*.example.com"], notAfter: "2030-01-01T00:00:00Z")],
        instances: [Instance(id: "i-1", addresses: ["10.0.0.10"], zone: "eu-central-1a")])
}

extension LoadBalancerPlan {
    /// A plan with the default pair of listeners and a pool `web`.
    static func test(
        _ routes: [Route] = [], settings: [String: String] = ["certificateARNs": AWSEnvironment.certificateARN],
        pools: [String] = ["web", "api"]
    ) -> LoadBalancerPlan {
        LoadBalancerPlan(
            name: "hg-test-12345678",
            identity: LoadBalancerIdentity(cluster: "test", ingressClass: "test"),
            provider: ProviderSelection(name: "aws", settings: settings),
            listeners: [
                Listener(name: "http", protocol: .http, port: 80),
                Listener(name: "https", protocol: .https, port: 443, tls: ListenerTLS()),
            ],
            routes: routes,
            pools: pools.map { name in
                BackendPool(name: name, healthCheck: HealthCheck(), targets: [Target(address: "10.0.0.10", port: 8080)])
            })
    }
}

extension Route {
    static func test(
        _ host: String? = nil, _ kind: PathMatch.Kind, _ path: String = "", pool: String = "web",
        ingress: String? = "shop/front", created: String? = nil, filters: RouteFilters = RouteFilters()
    ) -> Route {
        Route(
            ingress: ingress, created: created, match: RouteMatch(host: host, path: PathMatch(kind: kind, value: path)),
            filters: filters, action: .forward([WeightedPool(pool: pool)]))
    }
}
