import LoadBalancerModel
import Provisioning
import ProvisioningTesting
import Testing

@testable import AWSProvider

@Suite("Lowering to an Application Load Balancer")
struct ALBLoweringTests {
    private func lower(
        _ plan: LoadBalancerPlan, in environment: AWSEnvironment = .standard
    ) throws -> Lowering<AWSResource> {
        try ALBLowering.lower(plan, in: environment)
    }

    // MARK: The graph

    @Test("The graph can be carried out, every resource is tagged, and names fit into what AWS allows")
    func graph() throws {
        let lowering = try lower(.test([.test("a.example.com", .prefix, "/"), .test(nil, .fallback, pool: "api")]))
        let order = try lowering.graph.dependencyOrder()
        #expect(order.count == lowering.graph.count)
        for node in order {
            if case .targets = node.resource { continue }
            #expect(OwnershipTags(node.resource.tags)?.resource == node.reference)
            switch node.resource {
            case .loadBalancer(let spec): #expect(spec.name.count <= 32)
            case .targetGroup(let spec):
                #expect(spec.name.wholeMatch(of: #/[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?/#) != nil)
                #expect(spec.tags["headgate.dev/serves"] == "load-balancer/main")
            default: break
            }
        }
    }

    @Test("The same plan gives the same graph, whatever the order of its pools")
    func isPure() throws {
        var plan = LoadBalancerPlan.test([.test("a.example.com", .prefix, "/"), .test("b.example.com", .prefix, "/x")])
        let first = try lower(plan)
        plan.pools.reverse()
        #expect(try lower(plan).graph == first.graph)
    }

    @Test("A rule follows the targets that it sends requests to")
    func followsTargets() throws {
        let lowering = try lower(.test([.test("a.example.com", .prefix, "/x")]))
        let rule = try #require(lowering.rules(of: "http").first)
        #expect(rule.follows == [ResourceReference(type: "targets", name: "web")])
        #expect(rule.members == ["shop/front"])
        #expect(rule.rule.tags["headgate.dev/ingress"] == "shop/front")
    }

    @Test("Another backend changes one rule in place, another path makes one rule more")
    func stableRules() throws {
        let before = try lower(.test([.test("a.example.com", .prefix, "/x"), .test("a.example.com", .prefix, "/z")]))
        let changed = try lower(
            .test([.test("a.example.com", .prefix, "/x", pool: "api"), .test("a.example.com", .prefix, "/z")]))
        #expect(before.graph.precedence == changed.graph.precedence)
        let more = try lower(
            .test([
                .test("a.example.com", .prefix, "/x"), .test("a.example.com", .prefix, "/y"),
                .test("a.example.com", .prefix, "/z"),
            ]))
        for (old, new) in zip(before.graph.precedence, more.graph.precedence) {
            #expect(Set(new.members).subtracting(old.members).count == 1)
            #expect(Set(old.members).isSubset(of: new.members))
        }
    }

    // MARK: Quarantine

    @Test(
        "An Ingress that AWS can't take is quarantined with the reason, and its neighbours stay",
        arguments: [
            (PathMatch(kind: .exact, value: "/" + String(repeating: "x", count: 128)), "ValueTooLong"),
            (PathMatch(kind: .regularExpression, value: #"/\p{L}"#), "UnsupportedExpression"),
            (PathMatch(kind: .regularExpression, value: "/(?i)x"), "UnsupportedExpression"),
        ])
    func quarantine(match: PathMatch, reason: String) throws {
        var bad = Route.test("b.example.com", .exact, "/", ingress: "shop/bad")
        bad.match.path = match
        let lowering = try lower(
            .test([
                .test("a.example.com", .prefix, "/"), bad, .test("b.example.com", .prefix, "/y", ingress: "shop/bad"),
            ]))
        #expect(lowering.quarantined.map(\.member) == ["shop/bad"])
        #expect(lowering.quarantined.map(\.reason) == [reason])
        #expect(lowering.rules(of: "http").count == 1)
        #expect(lowering.placement.keys.sorted() == ["shop/front"])
    }

    private static func many(_ count: Int) -> [Route] {
        (0..<count).map { number in
            let name = number < 10 ? "0\(number)" : "\(number)"
            return .test(
                "h\(name).example.com", .prefix, "/x", ingress: "shop/i\(name)",
                created: "2024-01-01T00:\(name.suffix(2)):00Z")
        }
    }

    @Test("Beyond a quota the newest Ingresses are quarantined")
    func quota() throws {
        let lowering = try lower(.test(Self.many(55)))
        #expect(lowering.quarantined.map(\.member) == ["shop/i50", "shop/i51", "shop/i52", "shop/i53", "shop/i54"])
        #expect(
            lowering.quarantined.allSatisfy { $0.reason == "QuotaExceeded" && $0.message.contains("110 rules of 100") })
        let rules = try #require(lowering.quotas.first { $0.name.hasPrefix("Rules") })
        #expect(rules.used == 100 && rules.allowed == 100)
    }

    @Test("Where the parameters allow it, hosts are spread over load balancers, and a new host moves none")
    func split() throws {
        let settings = ["split": "by-host", "certificateARNs": AWSEnvironment.certificateARN]
        let lowering = try lower(.test(Self.many(58), settings: settings))
        #expect(lowering.quarantined.isEmpty)
        #expect(lowering.fidelity.contains { $0.message.contains("spread over 2 load balancers") })
        #expect(Set(lowering.placement.values.flatMap(\.self)).count == 2)
        let order = try lowering.graph.dependencyOrder()
        #expect(order.count == lowering.graph.count)
        let more = try lower(.test(Self.many(59), settings: settings))
        for (ingress, place) in lowering.placement { #expect(more.placement[ingress] == place) }
    }

    // MARK: Listeners and certificates

    private func listener(_ name: String, _ lowering: Lowering<AWSResource>) -> ListenerSpec? {
        guard case .listener(let spec)? = lowering.graph[ResourceReference(type: "listener", name: name)]?.resource
        else {
            return nil
        }
        return spec
    }

    @Test("Without any certificate there is no HTTPS listener, and the report says so")
    func noCertificate() throws {
        let lowering = try lower(.test([.test("a.example.com", .prefix, "/")], settings: [:]))
        #expect(listener("https", lowering) == nil)
        #expect(listener("http", lowering) != nil)
        #expect(lowering.fidelity.contains { $0.message.contains("there is no listener on port 443") })
    }

    private static func certified(default isDefault: Bool) -> LoadBalancerPlan {
        var plan = LoadBalancerPlan.test([.test("a.example.com", .prefix, "/")], settings: [:])
        let fingerprints = ["a", "b"].map { String(repeating: $0, count: 64) }
        plan.certificates = zip(fingerprints, ["a", "b"]).map { fingerprint, name in
            CertificateReference(
                fingerprint: fingerprint, secret: "shop/\(name)", hosts: ["\(name).example.com"],
                notAfter: "2030-01-01T00:00:00Z")
        }
        plan.listeners[1].tls = ListenerTLS(
            policy: TLSPolicy(minimumVersion: .tls13), defaultCertificate: isDefault ? fingerprints[1] : nil,
            certificates: [
                ServerNameBinding(host: "a.example.com", certificate: fingerprints[0]),
                ServerNameBinding(host: "b.example.com", certificate: fingerprints[1]),
            ])
        return plan
    }

    @Test("Certificates are imported one per Secret, the default one apart")
    func certificates() throws {
        let spec = try #require(listener("https", try lower(Self.certified(default: true))))
        #expect(spec.defaultCertificate == .resource(ResourceReference(type: "certificate", name: "shop/b")))
        #expect(spec.certificates == [.resource(ResourceReference(type: "certificate", name: "shop/a"))])
        #expect(spec.sslPolicy == "ELBSecurityPolicy-TLS13-1-3-2021-06")
    }

    @Test("Without a default certificate the first by host stands in, and the report says so")
    func standInCertificate() throws {
        let lowering = try lower(Self.certified(default: false))
        let spec = try #require(listener("https", lowering))
        #expect(spec.defaultCertificate == .resource(ResourceReference(type: "certificate", name: "shop/a")))
        #expect(lowering.fidelity.contains { $0.message.contains("get the certificate of the Secret shop/a") })
    }

    @Test("Every host that a certificate names gets that certificate", arguments: [true, false])
    func serverNames(hasDefault: Bool) throws {
        let plan = Self.certified(default: hasDefault)
        let spec = try #require(listener("https", try lower(plan)))
        let names = ([spec.defaultCertificate].compactMap(\.self) + spec.certificates).map(\.sortKey)
        let model = ALBCertificateModel(
            standard: names[0],
            certificates: plan.certificates.map { certificate in
                .init(name: "certificate/\(certificate.secret)", domains: certificate.hosts)
            }.filter { names.contains($0.name) })
        for binding in plan.listeners[1].tls?.certificates ?? [] {
            let secret = plan.certificates.first { $0.fingerprint == binding.certificate }?.secret ?? ""
            #expect(model.candidates(for: binding.host) == ["certificate/\(secret)"])
        }
        #expect(model.candidates(for: nil) == [names[0]])
        #expect(model.candidates(for: "other.test") == [names[0]])
    }

    @Test("A host's own TLS policy, or want of a certificate, is named")
    func ownPolicy() throws {
        var plan = Self.certified(default: true)
        plan.listeners[1].tls?.certificates[0].policy = TLSPolicy(minimumVersion: .tls12)
        plan.listeners[1].tls?.certificates[1].certificate = nil
        let messages = try lower(plan).fidelity.map(\.message)
        #expect(
            messages.contains { $0.contains("a.example.com is served with TLS 1.3 instead of TLS 1.2 to 1.3") })
        #expect(messages.contains { $0.contains("b.example.com gets the certificate of ") })
    }

    @Test("A certificate of ACM is found for the hosts of sections of TLS as well")
    func discoveryForSections() throws {
        var plan = LoadBalancerPlan.test([.test(nil, .prefix, "/")], settings: ["certificateDiscovery": "true"])
        plan.listeners[1].tls?.certificates = [ServerNameBinding(host: "www.example.com", certificate: nil)]
        var environment = AWSEnvironment.standard
        environment.certificates = [
            .init(arn: "arn:aws:acm:1", domains: ["other.test"]),
            .init(arn: "arn:aws:acm:2", domains: ["*.example.com"]),
        ]
        let lowering = try lower(plan, in: environment)
        #expect(try #require(listener("https", lowering)).defaultCertificate == .identifier("arn:aws:acm:2"))
        #expect(!lowering.fidelity.contains { $0.message.contains("www.example.com") })
        environment.certificates.removeLast()
        environment.certificates.append(.init(arn: "arn:aws:acm:3", domains: ["a.test"]))
        plan.routes.append(.test("a.test", .prefix, "/"))
        #expect(
            try lower(plan, in: environment).fidelity.contains {
                $0.message.contains("www.example.com gets the certificate of arn:aws:acm:3, which doesn't name it")
            })
    }

    @Test("A certificate of ACM is found by host, and its own are no find")
    func discovery() throws {
        var environment = AWSEnvironment.standard
        environment.certificates = [
            .init(arn: "arn:aws:acm:1", domains: ["a.example.com"], isOurs: true),
            .init(arn: "arn:aws:acm:2", domains: ["*.example.com"], notAfter: "2040-01-01T00:00:00Z"),
            .init(arn: "arn:aws:acm:3", domains: ["a.example.com"], status: "EXPIRED"),
            .init(arn: "arn:aws:acm:4", domains: ["a.example.com"], notAfter: "2030-01-01T00:00:00Z"),
        ]
        let plan = LoadBalancerPlan.test(
            [.test("a.example.com", .prefix, "/")], settings: ["certificateDiscovery": "true"])
        let spec = try #require(listener("https", try lower(plan, in: environment)))
        #expect(spec.defaultCertificate == .identifier("arn:aws:acm:4"))
        // A section that names no Secret leaves its hosts to the default certificate.
        var left = plan
        for index in left.listeners.indices {
            left.listeners[index].tls?.certificates = [ServerNameBinding(host: "a.example.com", certificate: nil)]
        }
        let found = try #require(listener("https", try lower(left, in: environment)))
        #expect(found.defaultCertificate == .identifier("arn:aws:acm:4"))
    }

    // MARK: The report

    @Test(
        "The report says which check targets get without one that is asked for",
        arguments: [
            ("HTTP1", "an answer to / with the status 200"),
            ("GRPC", "an answer to /AWS.ALB/healthcheck with a gRPC status from 0 to 99"),
        ])
    func standardCheck(version: String, text: String) throws {
        var plan = LoadBalancerPlan.test(
            [.test("a.example.com", .prefix, "/")],
            settings: ["backendProtocolVersion": version, "certificateARNs": AWSEnvironment.certificateARN])
        for index in plan.pools.indices { plan.pools[index].healthCheck = nil }
        let messages = try lower(plan).fidelity.map(\.message)
        #expect(messages.contains { $0.contains(text) }, "\(messages)")
    }

    @Test(
        "The report says that a port in the Host field may be compared, where clients send one", arguments: [80, 8080])
    func otherPorts(port: Int) throws {
        var plan = LoadBalancerPlan.test([.test("a.example.com", .prefix, "/")])
        plan.listeners[0].port = port
        let messages = try lower(plan).fidelity.map(\.message)
        #expect(messages.contains { $0.contains("the port of a Host field") } == (port == 8080))
    }

    // MARK: Scale

    @Test("A thousand Ingresses on one load balancer are lowered, where the quota allows them")
    func thousand() throws {
        var environment = AWSEnvironment.standard
        environment.quotas.rulesPerLoadBalancer = 5000
        let routes = (0..<1000).map { number in
            Route.test("h\(number).example.com", .prefix, "/x", ingress: "shop/i\(number)")
        }
        let lowering = try lower(.test(routes), in: environment)
        #expect(lowering.quarantined.isEmpty)
        #expect(lowering.graph.precedence.map(\.members.count) == [1000, 1000])
        #expect(Set(lowering.rules(of: "http").map { $0.rule.priority }).count == 1000)
    }
}
