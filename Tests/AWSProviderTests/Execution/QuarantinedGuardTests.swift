import LoadBalancerModel
import Provisioning
import ProvisioningTesting
import Testing

@testable import AWSProvider

@Suite("Guards that only quarantined Ingresses ask for")
struct QuarantinedGuardTests {
    private let aws = StrictAWS()
    private static let longPath = "/" + String(repeating: "long", count: 40)

    /// What an Ingress asks of the load balancer.
    struct Guard: Sendable, CustomTestStringConvertible {
        var settings: [String: String] = [:]
        var scheme: LoadBalancerScheme?

        var testDescription: String { "\(settings) \(scheme?.rawValue ?? "")" }

        static let closing = [
            Guard(scheme: .internal), Guard(settings: ["inboundCIDRs": "10.0.0.0/8"]),
            Guard(settings: ["sslPolicy": "ELBSecurityPolicy-TLS13-1-3-2021-06"]),
            Guard(settings: ["securityGroups": "sg-0default000000000"]),
            Guard(settings: ["listeners.443.mutualAuthentication": "passthrough"]),
        ]
    }

    /// Ingresses of a load balancer, the last one of which asks for guards.
    private func plan(
        _ hosts: [String], _ asked: Guard? = nil, path: String = "/", of certificate: TestCertificate,
        askedBy ingresses: [String]? = nil
    ) -> LoadBalancerPlan {
        var plan = LoadBalancerPlan.sample(
            hosts.dropLast().map { .init($0, "/", "web") } + hosts.suffix(1).map { .init($0, path, "web") },
            certificate: certificate.reference, settings: asked?.settings ?? [:])
        guard let asked else { return plan }
        let source = SettingSource(
            ingresses: ingresses ?? ["test/\(hosts[hosts.count - 1])"], field: "metadata.annotations[guard]",
            isGuarding: true)
        plan.provider.sources = asked.settings.mapValues { _ in source }
        if let scheme = asked.scheme {
            plan.scheme = scheme
            plan.provider.sources?[ProviderSelection.scheme] = source
        }
        return plan
    }

    private func certificate() throws -> (certificate: TestCertificate, assets: PlanAssets) {
        let certificate = try TestCertificate("shop.example.com", secret: "test/shop-tls")
        return (
            certificate, PlanAssets(certificates: [certificate.reference.fingerprint: certificate.material])
        )
    }

    private var networks: [String] {
        aws.cloud.world.securityGroups.values.flatMap(\.ingress).map { "\($0)" }.sorted()
    }

    @Test(
        "Nothing closes, and nobody gets another load balancer, for one of which nothing is served",
        arguments: Guard.closing)
    func newcomer(asked: Guard) async throws {
        let (certificate, assets) = try certificate()
        try await aws.apply(plan(["shop"], of: certificate), assets: assets)
        aws.cloud.forgetCalls()
        let newcomer = plan(["shop", "new"], asked, path: Self.longPath, of: certificate)
        let report = try await aws.apply(newcomer, assets: assets)
        #expect(report.isComplete, "\(report.failures)")
        #expect(aws.writes == [])
    }

    @Test("No port opens for one of which nothing is served, and those that it had stay")
    func ports() async throws {
        let (certificate, assets) = try certificate()
        func plan(_ port: Int?, path: String = "/") -> LoadBalancerPlan {
            var plan = self.plan(["shop", "new"], path: path, of: certificate)
            guard let port else { return plan }
            plan.listenerSource = .annotations
            plan.listeners.append(Listener(name: "http-\(port)", protocol: .http, port: port))
            let source = SettingSource(ingresses: ["test/new"], field: "metadata.annotations[ports]", isGuarding: true)
            plan.provider.sources = [ProviderSelection.listenerPrefix + "\(port)": source]
            return plan
        }
        try await aws.apply(self.plan(["shop"], of: certificate), assets: assets)
        aws.cloud.forgetCalls()
        try await aws.apply(plan(8080, path: Self.longPath), assets: assets)
        #expect(aws.writes == [])
        try await aws.apply(plan(8080), assets: assets)
        #expect(Set(aws.cloud.world.listeners.values.map(\.port)) == [80, 443, 8080])
        aws.cloud.forgetCalls()
        try await aws.apply(plan(9090, path: Self.longPath), assets: assets)
        #expect(aws.writes == [])
        try await aws.apply(plan(nil), assets: assets)
        #expect(Set(aws.cloud.world.listeners.values.map(\.port)) == [80, 443])
    }

    @Test("They come with the Ingress once it is served", arguments: Guard.closing)
    func mended(asked: Guard) async throws {
        let (certificate, assets) = try certificate()
        try await aws.apply(plan(["shop"], of: certificate), assets: assets)
        try await aws.apply(plan(["shop", "new"], asked, path: Self.longPath, of: certificate), assets: assets)
        aws.cloud.forgetCalls()
        try await aws.apply(plan(["shop", "new"], asked, of: certificate), assets: assets)
        let writes = Set(aws.writes)
        #expect(writes.contains("CreateRule") && writes.count > 1, "\(writes)")
    }

    @Test("They are in force where another asks for them as well", arguments: Guard.closing.prefix(2))
    func shared(asked: Guard) async throws {
        let (certificate, assets) = try certificate()
        try await aws.apply(plan(["shop"], of: certificate), assets: assets)
        aws.cloud.forgetCalls()
        try await aws.apply(
            plan(
                ["shop", "new"], asked, path: Self.longPath, of: certificate, askedBy: ["test/new", "test/shop"]),
            assets: assets)
        #expect(!aws.writes.isEmpty)
    }

    @Test("What is served of one doesn't open where it asks for less from then on")
    func opened() async throws {
        let (certificate, assets) = try certificate()
        let closed = Guard(settings: ["inboundCIDRs": "10.0.0.0/8"])
        try await aws.apply(plan(["shop", "api"], closed, of: certificate), assets: assets)
        aws.cloud.forgetCalls()
        let open = Guard(settings: ["inboundCIDRs": "0.0.0.0/0"])
        try await aws.apply(plan(["shop", "api"], open, path: Self.longPath, of: certificate), assets: assets)
        #expect(aws.writes == [])
    }

    @Test("A new load balancer has them from the start")
    func new() async throws {
        let (certificate, assets) = try certificate()
        let closed = Guard(settings: ["inboundCIDRs": "10.0.0.0/8"])
        try await aws.apply(plan(["shop", "api"], closed, path: Self.longPath, of: certificate), assets: assets)
        #expect(networks.contains { $0.contains("10.0.0.0/8") })
        #expect(!networks.contains { $0.contains("443") && $0.contains("0.0.0.0/0") }, "\(networks)")
    }

    private static let toHTTPS = HTTPSRedirect(statusCode: 301, port: 443)

    @Test("Redirects to HTTPS stay where it isn't known any more who asks for them, and hold for newcomers")
    func redirects() async throws {
        let (certificate, assets) = try certificate()
        func plan(_ hosts: [String], redirect: HTTPSRedirect?) -> LoadBalancerPlan {
            var plan = self.plan(hosts, of: certificate)
            for index in plan.routes.indices { plan.routes[index].filters.redirectToHTTPS = redirect }
            plan.unsettledGuards = redirect == nil ? [.redirects] : nil
            return plan
        }
        try await aws.apply(plan(["shop", "api"], redirect: Self.toHTTPS), assets: assets)
        aws.cloud.forgetCalls()
        try await aws.apply(plan(["shop", "api"], redirect: nil), assets: assets)
        #expect(aws.writes == [])
        try await aws.apply(plan(["shop", "api", "new"], redirect: nil), assets: assets)
        #expect(plainForwards == ["/.well-known/acme-challenge/*"])
    }

    @Test("What is served by plain HTTP stays so beside redirects that stay")
    func someRedirects() async throws {
        let (certificate, assets) = try certificate()
        var plan = plan(["shop", "api"], of: certificate)
        plan.routes[0].filters.redirectToHTTPS = Self.toHTTPS
        try await aws.apply(plan, assets: assets)
        aws.cloud.forgetCalls()
        plan.routes[0].filters.redirectToHTTPS = nil
        plan.unsettledGuards = [.redirects]
        try await aws.apply(plan, assets: assets)
        #expect(aws.writes == [])
        plan.unsettledGuards = nil
        try await aws.apply(plan, assets: assets)
        #expect(aws.writes.contains("ModifyRule") || aws.writes.contains("CreateRule"))
    }

    /// The paths of what is forwarded by plain HTTP, each once; `*` for all.
    private var plainForwards: Set<String> {
        let world = aws.cloud.world
        let plain = Set(world.listeners.values.filter { $0.port == 80 }.map(\.arn))
        let rules = world.rules.values.filter { rule in
            plain.contains(rule.listenerARN) && "\(rule.actions)".contains("forward")
        }
        return Set(rules.map { rule in "\(rule.conditions)".contains("acme") ? "/.well-known/acme-challenge/*" : "*" })
    }

    @Test("A scheme that there are no subnets for leaves out who asks for it, and the load balancer stays")
    func noPlace() async throws {
        let (certificate, assets) = try certificate()
        try await aws.apply(plan(["shop"], of: certificate), assets: assets)
        aws.cloud.change { world in
            for subnet in world.subnets where !subnet.isPublic { world.subnets[subnet.id]?.freeAddresses = 2 }
        }
        aws.cloud.forgetCalls()
        let asked = plan(["shop", "new"], Guard(scheme: .internal), of: certificate)
        let proposal = try await ProvisioningEngine(provider: try aws.provider()).propose(asked)
        let quarantine = try #require(proposal.quarantined.first)
        #expect(quarantine.member == "test/new")
        #expect(quarantine.message.contains("\"internal\" can't be had"), "\(quarantine.message)")
        #expect(quarantine.message.contains("kubernetes.io/role/internal-elb"))
        try await aws.apply(asked, assets: assets)
        #expect(aws.writes == [])
    }
}
