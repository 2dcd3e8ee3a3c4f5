import LoadBalancerModel
import Provisioning
import ProvisioningTesting
import Testing

@testable import AWSProvider

@Suite("Quarantine on AWS", .timeLimit(.minutes(5)))
struct QuarantineTests {
    private let aws = StrictAWS()

    /// Two Ingresses with pools of their own, of which `api` asks for a path that is too long for AWS where it is `broken`.
    private func plan(
        broken: Bool, target: String = "10.0.1.20", settings: [String: String] = [:]
    ) -> LoadBalancerPlan {
        var plan = LoadBalancerPlan.sample(
            [.init("shop", "/", "web"), .init("api", "/v1", "api")], settings: settings,
            targets: ["api": [Target(address: target, port: 8080)]])
        if broken { plan.routes[1].match.path.value = "/" + String(repeating: "long", count: 40) }
        return plan
    }

    private func targets(of pool: String) -> [String] {
        let groups = aws.cloud.world.targetGroups.values.filter {
            OwnershipTags($0.tags)?.resource.name == pool
        }
        return groups.flatMap { $0.targets.map { "\($0)" } }
    }

    @Test("The targets of a quarantined Ingress follow its Pods, and nothing else of it changes")
    func upkeep() async throws {
        try await aws.apply(plan(broken: false))
        aws.cloud.forgetCalls()
        let report = try await aws.apply(plan(broken: true, target: "10.0.1.21"))
        #expect(report.isComplete, "\(report.failures)")
        #expect(aws.writes == ["RegisterTargets", "DeregisterTargets"])
        #expect(targets(of: "api").contains { $0.contains("10.0.1.21") }, "\(targets(of: "api"))")
        aws.cloud.forgetCalls()
        try await aws.apply(plan(broken: true, target: "10.0.1.21"))
        #expect(aws.writes == [])
    }

    @Test(
        "They follow them where a setting of theirs is at fault, too, and where their Ingress disagrees with others",
        arguments: [nil, "targetGroupAttributes.slow_start.duration_seconds", "targetGroupAttributes.colour"])
    func upkeepOfOthers(setting: String?) async throws {
        try await aws.apply(plan(broken: false))
        aws.cloud.forgetCalls()
        var plan = plan(broken: false, target: "10.0.1.21")
        if let setting {
            let index = try #require(plan.pools.firstIndex { $0.name == "api" })
            plan.pools[index].settings = [setting: "5"]
        } else {
            plan.routes.removeAll { $0.ingress == "test/api" }
            plan.withheld = [
                WithheldIngress(
                    ingress: "test/api", reason: "ConflictingIngress", message: "They disagree.",
                    pools: [WithheldPool(pool: "api")])
            ]
        }
        let report = try await aws.apply(plan)
        #expect(report.isComplete, "\(report.failures)")
        #expect(aws.writes == ["RegisterTargets", "DeregisterTargets"])
        #expect(targets(of: "api").contains { $0.contains("10.0.1.21") }, "\(targets(of: "api"))")
        aws.cloud.forgetCalls()
        try await aws.apply(plan)
        #expect(aws.writes == [])
    }

    @Test("What it had goes on by HTTPS too: its certificate stays on the listener")
    func keepsCertificate() async throws {
        let certificate = try TestCertificate("api.example.com", secret: "test/api-tls")
        let assets = PlanAssets(certificates: [certificate.reference.fingerprint: certificate.material])
        func plan(path: String) -> LoadBalancerPlan {
            .sample([.init("shop", "/", "web"), .init("api", path, "api")], certificate: certificate.reference)
        }
        try await aws.apply(plan(path: "/v1"), assets: assets)
        aws.cloud.forgetCalls()
        try await aws.apply(plan(path: "/" + String(repeating: "long", count: 40)), assets: assets)
        #expect(aws.writes == [])
    }

    @Test("A default backend stays, and goes along to what takes over")
    func defaultBackend() async throws {
        func plan(broken: Bool) -> LoadBalancerPlan {
            var plan = LoadBalancerPlan.sample([.init("shop", "/cart", "web"), .init("rest", "/", "rest")])
            plan.routes[1].match = RouteMatch(path: PathMatch(kind: .fallback, value: ""))
            guard broken, let pool = plan.pools.firstIndex(where: { $0.name == "rest" }) else { return plan }
            plan.pools[pool].settings = ["targetGroupAttributes.slow_start.duration_seconds": "5"]
            return plan
        }
        try await aws.apply(plan(broken: false))
        aws.cloud.forgetCalls()
        try await aws.apply(plan(broken: true))
        #expect(aws.writes == [])
        var withheld = plan(broken: false)
        withheld.routes.removeLast()
        withheld.withheld = [
            WithheldIngress(
                ingress: "test/rest", reason: "Test", message: "", pools: [WithheldPool(pool: "rest")])
        ]
        try await aws.apply(withheld)
        #expect(aws.writes == [])
        var replaced = plan(broken: true)
        replaced.scheme = .internal
        let report = try await aws.apply(replaced)
        #expect(report.isComplete, "\(report.failures)")
        let rules = aws.cloud.world.rules.values.filter { OwnershipTags($0.tags)?.ingress == "test/rest" }
        #expect(rules.count == 1 && rules.allSatisfy { "\($0.actions)".contains("forward") }, "\(rules)")
        #expect(targets(of: "rest").count == 1)
        aws.cloud.forgetCalls()
        var gone = plan(broken: false)
        gone.scheme = .internal
        gone.routes.removeLast()
        gone.pools.removeAll { $0.name == "rest" }
        try await aws.apply(gone)
        #expect(aws.writes.contains("DeleteRule") && aws.writes.contains("DeleteTargetGroup"))
    }

    /// A host with one path, a wildcard that could take the rest of its requests, and a default backend that does.
    private func planWithFallback(broken: Bool, scheme: LoadBalancerScheme = .internetFacing) -> LoadBalancerPlan {
        var plan = LoadBalancerPlan.sample([.init("shop", "/cart", "web"), .init("wild", "/", "web")])
        plan.scheme = scheme
        plan.routes[1].match.host = "*.example.com"
        plan.routes.append(
            Route(
                ingress: "test/rest", match: RouteMatch(path: PathMatch(kind: .fallback)),
                action: .forward([WeightedPool(pool: "rest")])))
        plan.pools.append(
            BackendPool(
                name: "rest", settings: broken ? ["targetGroupAttributes.slow_start.duration_seconds": "5"] : nil,
                targets: [Target(address: "10.0.1.30", port: 8080)]))
        return plan
    }

    /// What rules forward to the target group of the default backend, by their conditions' values.
    private var conditionsOfRest: [String] {
        let world = aws.cloud.world
        let groups = world.targetGroups.values.filter { OwnershipTags($0.tags)?.resource.name == "rest" }.map(\.arn)
        return world.rules.values.filter { rule in groups.contains { "\(rule.actions)".contains($0) } }
            .flatMap { rule in ["shop.example.com", "*.*.example.com", "/*"].filter("\(rule.conditions)".contains) }
            .sorted()
    }

    @Test(
        "What a default backend takes of closed hosts stays with it, on a replacement as well",
        arguments: [true, false])
    func closedHosts(isReplaced: Bool) async throws {
        let all = ["*.*.example.com", "/*", "shop.example.com"]
        try await aws.apply(planWithFallback(broken: false))
        #expect(conditionsOfRest == all)
        aws.cloud.forgetCalls()
        let scheme: LoadBalancerScheme = isReplaced ? .internal : .internetFacing
        let report = try await aws.apply(planWithFallback(broken: true, scheme: scheme))
        #expect(report.isComplete, "\(report.failures)")
        #expect(aws.writes.isEmpty != isReplaced, "\(aws.writes)")
        #expect(conditionsOfRest == all)
        #expect(aws.cloud.world.loadBalancers.values.map(\.scheme) == [scheme.rawValue])
        aws.cloud.forgetCalls()
        try await aws.apply(planWithFallback(broken: true, scheme: scheme))
        #expect(aws.writes == [])
        try await aws.apply(planWithFallback(broken: false, scheme: scheme))
        #expect(conditionsOfRest == all)
        var gone = planWithFallback(broken: false, scheme: scheme)
        gone.routes.removeLast()
        gone.pools.removeLast()
        try await aws.apply(gone)
        #expect(conditionsOfRest == [])
        #expect(aws.cloud.violations.isEmpty)
    }

    /// A host and a wildcard that could take what it leaves over, one of which AWS can't have.
    private func planWithWildcard(
        broken: String?, withDefault: Bool = false, others: [LoadBalancerPlan.SampleRoute] = []
    ) -> LoadBalancerPlan {
        var plan = LoadBalancerPlan.sample(
            [.init("shop", "/cart", "shop"), .init("wild", "/", "wild")] + others)
        plan.routes[1].match.host = "*.example.com"
        if withDefault {
            plan.routes.append(
                Route(
                    ingress: "test/rest", match: RouteMatch(path: PathMatch(kind: .fallback)),
                    action: .forward([WeightedPool(pool: "web")])))
            plan.pools.append(BackendPool(name: "web", targets: [Target(address: "10.0.1.30", port: 8080)]))
        }
        for index in plan.pools.indices where plan.pools[index].name == broken {
            plan.pools[index].settings = ["targetGroupAttributes.slow_start.duration_seconds": "5"]
        }
        return plan
    }

    @Test(
        "What closes a host stays, whoever of those that it keeps apart is left out",
        arguments: ["shop", "wild"], [true, false])
    func closing(broken: String, withDefault: Bool) async throws {
        try await aws.apply(planWithWildcard(broken: nil, withDefault: withDefault))
        aws.cloud.forgetCalls()
        let plan = planWithWildcard(broken: broken, withDefault: withDefault)
        let report = try await aws.apply(plan)
        #expect(report.isComplete, "\(report.failures)")
        #expect(aws.writes == [])
        #expect(try await ProvisioningEngine(provider: aws.provider()).propose(plan).quarantined.count == 1)
    }

    @Test("What leads to a default backend that is left out comes to rest where others use its target group")
    func sharedTargetGroup() async throws {
        func plan(isLeftOut: Bool) -> LoadBalancerPlan {
            var plan = planWithFallback(broken: false)
            plan.routes[0].action = .forward([WeightedPool(pool: "rest")])
            guard isLeftOut else { return plan }
            plan.routes.removeLast()
            plan.withheld = [WithheldIngress(ingress: "test/rest", reason: "Test", message: "")]
            return plan
        }
        try await aws.apply(plan(isLeftOut: false))
        aws.cloud.forgetCalls()
        try await aws.apply(plan(isLeftOut: true))
        #expect(aws.writes == [])
    }

    @Test("A rule for a whole host stays its own where the Ingress shares the host and is left out")
    func wholeHost() async throws {
        func plan(isLeftOut: Bool) -> LoadBalancerPlan {
            var plan = planWithFallback(broken: false)
            let whole = Route(
                ingress: "test/whole",
                match: RouteMatch(host: "shop.example.com", path: PathMatch(kind: .prefix, value: "/")),
                action: .forward([WeightedPool(pool: "whole")]))
            plan.pools.append(BackendPool(name: "whole", targets: [Target(address: "10.0.1.50", port: 8080)]))
            if isLeftOut {
                plan.withheld = [
                    WithheldIngress(
                        ingress: "test/whole", reason: "Test", message: "", pools: [WithheldPool(pool: "whole")])
                ]
            } else {
                plan.routes.insert(whole, at: 1)
            }
            return plan
        }
        try await aws.apply(plan(isLeftOut: false))
        aws.cloud.forgetCalls()
        try await aws.apply(plan(isLeftOut: true))
        #expect(aws.writes == [])
    }

    @Test("What an Ingress had stays with it where another asks for the same, which is told")
    func sameRequests() async throws {
        try await aws.apply(.sample([.init("shop", "/cart", "shop")]))
        aws.cloud.forgetCalls()
        var plan = LoadBalancerPlan.sample([.init("shop", "/cart", "other")])
        plan.routes[0].ingress = "test/other"
        plan.withheld = [WithheldIngress(ingress: "test/shop", reason: "Test", message: "")]
        let proposal = try await ProvisioningEngine(provider: aws.provider()).propose(plan)
        #expect(proposal.changeSet.isEmpty)
        #expect(proposal.fidelity.contains { $0.object == "Ingress test/other" && $0.message.contains("test/shop") })
        plan.withheld = nil
        let report = try await aws.apply(plan)
        #expect(report.isComplete, "\(report.failures)")
        #expect(aws.cloud.world.rules.values.compactMap { OwnershipTags($0.tags)?.ingress } == ["test/other"])
    }

    @Test("A new host is closed to a wildcard that stays of an Ingress that is left out")
    func newHost() async throws {
        try await aws.apply(planWithWildcard(broken: nil))
        let new = [LoadBalancerPlan.SampleRoute("blog", "/posts", "shop")]
        try await aws.apply(planWithWildcard(broken: "wild", others: new))
        let world = aws.cloud.world
        func priority(_ host: String) -> [Int] {
            world.rules.values.filter { "\($0.conditions)".contains(host) }.compactMap(\.priority).sorted()
        }
        let blog = priority("blog.example.com")
        #expect(blog.count == 2)
        #expect(try #require(blog.last) < #require(priority("?*.example.com").first))
        aws.cloud.forgetCalls()
        try await aws.apply(planWithWildcard(broken: "wild", others: new))
        #expect(aws.writes == [])
    }

    @Test("A replacement takes its routes along, with the target group that serves one load balancer alone")
    func replacement() async throws {
        try await aws.apply(plan(broken: false))
        let old = Set(aws.cloud.world.targetGroups.ids)
        var replaced = plan(broken: true)
        replaced.scheme = .internal
        let report = try await aws.apply(replaced)
        #expect(report.isComplete, "\(report.failures)")
        #expect(aws.cloud.world.loadBalancers.values.map(\.scheme) == ["internal"])
        let rules = aws.cloud.world.rules.values.filter { OwnershipTags($0.tags)?.ingress == "test/api" }
        #expect(rules.contains { "\($0.conditions)".contains("/v1") })
        #expect(old.isDisjoint(with: aws.cloud.world.targetGroups.ids))
        #expect(targets(of: "api").contains { $0.contains("10.0.1.20") })
    }

    @Test("A rule to which an action was added by hand isn't made anew without it: that stands against a replacement")
    func tampered() async throws {
        try await aws.apply(plan(broken: false))
        aws.cloud.change { world in
            for rule in world.rules.values where OwnershipTags(rule.tags)?.ingress == "test/api" {
                world.rules[rule.arn]?.actions.insert(["Type": "authenticate-oidc", "Order": 1], at: 0)
            }
        }
        var replaced = plan(broken: true)
        replaced.scheme = .internal
        let error = await #expect(throws: ObstructedChangeSet.self) { try await aws.apply(replaced) }
        let message = try #require(error?.obstacles.first).message
        #expect(message.contains("kept for Ingress test/api") && message.contains("mend or remove that Ingress"))
    }

    @Test("A certificate that ACM refuses fails for its Ingress alone: the others get HTTPS, now or by an update")
    func certificate() async throws {
        let shop = try TestCertificate("shop.example.com", secret: "test/shop-tls")
        let api = try TestCertificate("api.example.com", secret: "test/api-tls")
        let assets = PlanAssets(certificates: [
            shop.reference.fingerprint: shop.material, api.reference.fingerprint: api.material,
        ])
        var plan = LoadBalancerPlan.sample(
            [.init("shop", "/", "web"), .init("api", "/", "web")], certificate: shop.reference)
        plan.certificates.append(api.reference)
        plan.listeners[1].tls?.certificates.append(
            ServerNameBinding(host: "api.example.com", certificate: api.reference.fingerprint))
        aws.cloud.inject(
            AWSFault(
                .failure(ServiceFailure("ValidationException", "The certificate field is invalid", status: 400)),
                operation: "ImportCertificate"))
        let report = try await aws.apply(plan, assets: assets)
        let failure = try #require(report.failures.first)
        #expect(report.failures.count == 1 && failure.step.reference.type == "certificate")
        #expect(failure.step.members.count == 1, "it is told whose certificate it is")
        #expect(failure.message.contains("acm:ImportCertificate: ValidationException"))
        #expect(report.remaining.isEmpty, "\(report.remaining)")
        let listener = try #require(aws.cloud.world.listeners.values.first { $0.port == 443 })
        #expect(aws.cloud.world.certificates.ids == listener.defaultCertificate.map { [$0] } ?? [])
        // Mended, it is imported and added to the listener that is there.
        #expect(try await aws.apply(plan, assets: assets).isComplete)
        #expect(aws.cloud.world.certificates.ids.count == 2)
        aws.cloud.forgetCalls()
        try await aws.apply(plan, assets: assets)
        #expect(aws.writes == [])
    }

    @Test("A certificate that is to take another's place and is refused leaves the other one serving")
    func takeover() async throws {
        let old = try TestCertificate("shop.example.com", secret: "test/shop-tls")
        let other = try TestCertificate("api.example.com", secret: "test/api-tls")
        let new = try TestCertificate("shop.example.com", secret: "test/shop-new")
        let assets = PlanAssets(
            certificates: Dictionary(
                [old, other, new].map { ($0.reference.fingerprint, $0.material) },
                uniquingKeysWith: { first, _ in first }))
        func plan(_ shop: TestCertificate) -> LoadBalancerPlan {
            var plan = LoadBalancerPlan.sample(
                [.init("api", "/", "web"), .init("shop", "/", "web")], certificate: other.reference)
            plan.certificates.append(shop.reference)
            plan.listeners[1].tls?.certificates.append(
                ServerNameBinding(host: "shop.example.com", certificate: shop.reference.fingerprint))
            return plan
        }
        try await aws.apply(plan(old), assets: assets)
        let before = aws.cloud.world.certificates.ids
        aws.cloud.inject(
            AWSFault(
                .failure(ServiceFailure("ValidationException", "The certificate field is invalid", status: 400)),
                operation: "ImportCertificate"))
        let report = try await aws.apply(plan(new), assets: assets)
        #expect(report.failures.map(\.step.members) == [["test/shop"]])
        #expect(aws.cloud.world.certificates.ids == before)
        #expect(try await aws.apply(plan(new), assets: assets).isComplete)
        #expect(aws.cloud.world.certificates.ids.count == 2)
    }
}
