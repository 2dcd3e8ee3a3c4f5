import LoadBalancerModel
import Provisioning
import ProvisioningTesting
import Testing

@testable import AWSProvider

@Suite("Routes come and go with their guards on AWS")
struct GuardOrderTests {
    private let aws = StrictAWS()
    private static let webACL = "wafWebACL"

    /// Where `withDefault`, the class has a default backend.
    private func plan(
        _ hosts: [String], settings: [String: String] = [:], ports: [Int] = [80], withDefault: Bool = false,
        withheld: String? = nil
    ) -> LoadBalancerPlan {
        var plan = LoadBalancerPlan.sample(hosts.map { .init($0, "/", "web") }, settings: settings)
        plan.listeners = ports.map { Listener(name: "http-\($0)", protocol: .http, port: $0) }
        if withDefault {
            plan.routes.append(
                Route(
                    match: RouteMatch(path: PathMatch(kind: .fallback)),
                    action: .forward([WeightedPool(pool: "web")])))
        }
        if let withheld {
            plan.withheld = [
                WithheldIngress(ingress: "test/\(withheld)", reason: "ConflictingIngress", message: "They disagree.")
            ]
        }
        return plan
    }

    private func refuse(_ operation: String, times: Int = 1000) {
        let failure = ServiceFailure("InvalidParameterValue", "The value is refused.", status: 400)
        aws.cloud.inject(AWSFault(.failure(failure), operation: operation, times: times))
    }

    private var ingresses: Set<String> {
        Set(aws.cloud.world.rules.values.compactMap { OwnershipTags($0.tags)?.ingress })
    }

    /// What the listeners do with requests that no rule takes.
    private var defaults: Set<String> {
        Set(aws.cloud.world.listeners.values.flatMap(\.defaultActions).compactMap { $0["Type"]?.string })
    }

    /// Adds security groups of others.
    private func addSecurityGroups(_ names: String...) {
        aws.cloud.change { world in
            guard let standard = world.securityGroups["sg-0default000000000"] else { return }
            for name in names {
                var group = standard
                group.id = "sg-0\(name)"
                group.name = name
                world.securityGroups[group.id] = group
            }
        }
    }

    private func writes(_ body: () async throws -> Void) async rethrows -> [String] {
        let earlier = aws.cloud.calls.count
        try await body()
        return aws.cloud.calls.dropFirst(earlier).filter(\.isWrite).map(\.operation)
    }

    // MARK: What is new

    @Test(
        "Neither a new rule nor a new default backend is served where the guard that is closed for it is refused",
        arguments: [
            (["inboundCIDRs": "10.0.0.0/8"], "AuthorizeSecurityGroupIngress"),
            (["inboundCIDRs": "10.0.0.0/8"], "RevokeSecurityGroupIngress"),
            (["securityGroups": "sg-0office"], "SetSecurityGroups"), ([webACL: ""], "AssociateWebACL"),
        ])
    func refusedGuard(settings: [String: String], operation: String) async throws {
        addSecurityGroups("office")
        var settings = settings
        if settings[Self.webACL] != nil { settings[Self.webACL] = aws.cloud.world.webACLs.ids.first }
        try await aws.apply(plan(["old"]))
        refuse(operation)
        let guarded = plan(["old", "new"], settings: settings, ports: [80, 8080], withDefault: true)
        let report = try await aws.apply(guarded)
        #expect(!report.failures.isEmpty)
        #expect(report.failures.allSatisfy { $0.step.members.isEmpty }, "\(report.failures)")
        #expect(ingresses == ["test/old"])
        #expect(defaults == ["fixed-response"])
        aws.cloud.clearFaults()
        #expect(try await aws.apply(guarded).isComplete)
        #expect(ingresses.isSuperset(of: ["test/old", "test/new"]))
        #expect(defaults == ["forward"])
        aws.cloud.forgetCalls()
        try await aws.apply(guarded)
        #expect(aws.writes == [])
    }

    @Test("A default backend comes after its target group as well as after the guard that is closed for it")
    func newTargetGroup() async throws {
        func plan(_ pool: String, networks: String? = nil) -> LoadBalancerPlan {
            var plan = self.plan(["old"], settings: networks.map { ["inboundCIDRs": $0] } ?? [:], withDefault: true)
            plan.routes[1].action = .forward([WeightedPool(pool: pool)])
            plan.pools.append(BackendPool(name: pool, targets: [Target(address: "10.0.1.40", port: 8080)]))
            return plan
        }
        try await aws.apply(plan("v1"))
        let report = try await aws.apply(plan("v2", networks: "10.0.0.0/8"))
        #expect(report.isComplete, "\(report.failures)")
        #expect(aws.cloud.violations.isEmpty)
    }

    @Test("They wait for it where it isn't")
    func order() async throws {
        try await aws.apply(plan(["old"]))
        let writes = try await writes {
            let guarded = plan(["old", "new"], settings: ["inboundCIDRs": "10.0.0.0/8"], withDefault: true)
            let report = try await aws.apply(guarded)
            #expect(report.isComplete, "\(report.failures)")
        }
        let closed = try #require(writes.lastIndex(of: "RevokeSecurityGroupIngress"))
        let served = try #require(writes.firstIndex { $0 == "CreateRule" || $0 == "ModifyListener" })
        #expect(served > closed, "\(writes)")
    }

    @Test("A new load balancer beside a security group that stood open serves nothing until that is closed")
    func newLoadBalancer() async throws {
        try await aws.apply(plan(["old"]))
        aws.cloud.change { world in
            for balancer in world.loadBalancers.ids { world.loadBalancers[balancer] = nil }
            for listener in world.listeners.ids { world.listeners[listener] = nil }
            for rule in world.rules.ids { world.rules[rule] = nil }
        }
        refuse("AuthorizeSecurityGroupIngress")
        let report = try await aws.apply(plan(["new"], settings: ["inboundCIDRs": "10.0.0.0/8"]))
        #expect(report.failures.map(\.step.reference.type) == ["security-group"])
        #expect(ingresses.isEmpty)
    }

    @Test("Where guards stay a default backend is set with its listener, in one call")
    func noGuard() async throws {
        try await aws.apply(plan(["old"]))
        let writes = try await writes { _ = try await aws.apply(plan(["old"], withDefault: true)) }
        #expect(writes == ["ModifyListener"])
    }

    // MARK: What goes

    @Test("Rules in a listener that goes are ended before the guard is opened", arguments: [true, false])
    func listenerThatGoes(isRefused: Bool) async throws {
        addSecurityGroups("office", "public")
        try await aws.apply(plan(["shop", "api"], settings: ["securityGroups": "sg-0office"], ports: [80, 8443]))
        let opened = plan(["shop"], settings: ["securityGroups": "sg-0public"], withheld: "api")
        if isRefused { refuse("DeleteRule") }
        let writes = try await writes { _ = try await aws.apply(opened) }
        guard !isRefused else {
            #expect(aws.cloud.world.loadBalancers.values.map(\.securityGroups) == [["sg-0office"]])
            return
        }
        let opening = try #require(writes.firstIndex(of: "SetSecurityGroups"))
        #expect(writes[..<opening].filter { $0 == "DeleteRule" }.count == 2, "\(writes)")
        #expect(writes[opening...].contains("DeleteListener"))
        #expect(ingresses == ["test/shop"])
    }

    @Test("So are those of a load balancer that is replaced, whose security group is opened; the others serve on")
    func superseded() async throws {
        try await aws.apply(plan(["shop", "api"], settings: ["inboundCIDRs": "10.0.0.0/8"]))
        var opened = plan(["shop"], settings: ["inboundCIDRs": "0.0.0.0/0"], withheld: "api")
        opened.scheme = .internal
        let writes = try await writes {
            let report = try await aws.apply(opened)
            #expect(report.isComplete, "\(report.failures)")
        }
        let opening = try #require(writes.firstIndex(of: "AuthorizeSecurityGroupIngress"))
        #expect(writes[..<opening].filter { $0 == "DeleteRule" }.count == 1, "\(writes)")
        #expect(ingresses == ["test/shop"])
        #expect(aws.cloud.world.loadBalancers.values.map(\.scheme) == ["internal"])
    }

    // MARK: What opens nothing

    @Test("The repair of a guard that was opened by hand ends no route")
    func repair() async throws {
        addSecurityGroups("other")
        let webACL = try #require(aws.cloud.world.webACLs.ids.first)
        let settings = ["inboundCIDRs": "10.0.0.0/8", Self.webACL: webACL]
        try await aws.apply(plan(["shop", "api"], settings: settings))
        aws.cloud.change { world in
            for id in world.securityGroups.ids where OwnershipTags(world.securityGroups[id]?.tags ?? [:]) != nil {
                guard var permission = world.securityGroups[id]?.ingress.first else { continue }
                permission.id = "sgr-0byhand"
                permission.source = .ipv4("0.0.0.0/0")
                world.securityGroups[id]?.ingress.append(permission)
            }
            for id in world.loadBalancers.ids { world.loadBalancers[id]?.securityGroups.append("sg-0other") }
            world.webACLAssociations = [:]
        }
        let writes = try await writes {
            _ = try await aws.apply(plan(["shop"], settings: settings, withheld: "api"))
        }
        #expect(
            Set(writes) == ["RevokeSecurityGroupIngress", "SetSecurityGroups", "AssociateWebACL"], "\(writes)")
        #expect(ingresses == ["test/shop", "test/api"])
    }

    @Test("A port that is new lets nobody in to what stands on others", arguments: [80, 8080])
    func newPort(port: Int) async throws {
        try await aws.apply(plan(["shop", "api"], settings: ["inboundCIDRs": "10.0.0.0/8"], ports: [80]))
        let added = plan(
            ["shop"], settings: ["inboundCIDRs": "10.0.0.0/8", "listeners.\(port).inboundCIDRs": "0.0.0.0/0"],
            ports: [80, 8080], withheld: "api")
        #expect(try await aws.apply(added).isComplete)
        #expect(ingresses == (port == 80 ? ["test/shop"] : ["test/shop", "test/api"]))
    }

    // MARK: Guards among each other

    /// A plan with a listener of HTTPS alone.
    private func secured(_ settings: [String: String], certificate: String) -> LoadBalancerPlan {
        var plan = plan(["shop"], settings: settings.merging(["certificateARNs": certificate]) { $1 })
        plan.listeners = [Listener(name: "https-443", protocol: .https, port: 443, tls: ListenerTLS())]
        return plan
    }

    /// Puts a certificate into ACM.
    private func importCertificate() async throws -> String {
        let material = try TestCertificate("*.example.com", secret: "shop/tls").material
        let client = try aws.client()
        return try await WritePermit.granting { permit in
            try await client.importCertificate(material, as: nil, tags: [:], permit: permit)
        }
    }

    @Test(
        "A network is let in once the load balancer has the web ACL, or its listener asks for certificates, also beside other changes",
        arguments: [
            ([webACL: ""], "AssociateWebACL"), (["mutualAuthentication": "passthrough"], "ModifyListener"),
        ], [nil, "30"])
    func openingAfterClosing(
        closing: (settings: [String: String], operation: String), idleSeconds: String?
    ) async throws {
        let certificate = try await importCertificate()
        var settings = closing.settings
        if settings[Self.webACL] != nil { settings[Self.webACL] = aws.cloud.world.webACLs.ids.first }
        settings["inboundCIDRs"] = "0.0.0.0/0"
        try await aws.apply(secured(["inboundCIDRs": "10.0.0.0/8"], certificate: certificate))
        let networks = { aws.cloud.world.securityGroups.values.flatMap(\.ingress).map(\.source) }
        let before = networks()
        var opened = secured(settings, certificate: certificate)
        opened.attributes.timeouts.idleMilliseconds = idleSeconds.flatMap { Int($0) }.map { $0 * 1000 }
        refuse(closing.operation)
        let report = try await aws.apply(opened)
        #expect(report.failures.count == 1, "\(report.failures)")
        #expect(report.remaining.map(\.reference.type) == ["security-group"])
        #expect(networks() == before)
        aws.cloud.clearFaults()
        let writes = try await writes {
            let report = try await aws.apply(opened)
            #expect(report.isComplete, "\(report.failures)")
        }
        let closed = try #require(writes.firstIndex(of: closing.operation))
        let open = try #require(writes.firstIndex(of: "AuthorizeSecurityGroupIngress"))
        #expect(closed < open, "\(writes)")
    }

    // MARK: What is replaced

    @Test(
        "A load balancer that is replaced serves on while one rule or one listener of the new one is refused",
        arguments: ["CreateRule", "CreateListener"], [true, false])
    func refusedTakeover(operation: String, withDefault: Bool) async throws {
        var replaced = plan(["shop", "api"], ports: [80, 8080], withDefault: withDefault)
        try await aws.apply(replaced)
        replaced.scheme = .internal
        refuse(operation, times: 1)
        let writes = try await writes {
            let report = try await aws.apply(replaced)
            #expect(report.failures.count == 1, "\(report.failures)")
        }
        #expect(!writes.contains { $0.hasPrefix("Delete") }, "\(writes)")
        aws.cloud.clearFaults()
        #expect(try await aws.apply(replaced).isComplete)
        #expect(aws.cloud.world.loadBalancers.values.map(\.scheme) == ["internal"])
    }
}
