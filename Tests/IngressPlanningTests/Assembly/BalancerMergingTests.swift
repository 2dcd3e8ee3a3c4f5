import LoadBalancerModel
import Testing

@testable import IngressPlanning

@Suite struct BalancerMergingTests {
    private static let prefix = "alb.ingress.kubernetes.io/"

    /// The annotations of an Ingress, which are of the AWS dialect unless they name their own.
    private func ingress(
        _ name: String, _ annotations: [String: String] = [:], path: String = "/", created: String? = nil
    ) -> String {
        Manifests.ingress(
            "shop/\(name)", created: created,
            annotations: Dictionary(
                uniqueKeysWithValues: annotations.map {
                    ($0.key.contains("/") ? $0.key : Self.prefix + $0.key, $0.value)
                }),
            rules: [("\(name).example.com", ["Prefix \(path) web:80"])])
    }

    private func plan(
        _ ingresses: [String], spec: String = "{provider: {name: aws}}", provider: String? = nil
    ) throws -> Planned {
        try Planned([Manifests.ingressClass(spec: spec), Manifests.service("shop/web")] + ingresses) {
            if let provider { $0.defaultProvider = provider }
        }
    }

    @Test func `What annotations say of the load balancer is in its plan`() throws {
        let planned = try plan([
            ingress(
                "a",
                [
                    "scheme": "internal", "ip-address-type": "dualstack", "subnets": "subnet-1,subnet-2",
                    "tags": "team=shop", "load-balancer-attributes": "routing.http2.enabled=false",
                ])
        ])
        let plan = try planned.plan()
        #expect(plan.scheme == .internal)
        #expect(plan.addressing.family == .dualstack)
        #expect(plan.attributes.tags == ["team": "shop"])
        #expect(
            plan.provider.settings == [
                "subnets": "subnet-1,subnet-2", "attributes.routing.http2.enabled": "false",
            ])
        #expect(
            plan.provider.sources?["subnets"]?.description
                == "Ingress shop/a, metadata.annotations[alb.ingress.kubernetes.io/subnets]")
        #expect(planned.findings.isEmpty)
    }

    @Test(arguments: ["{}", "{provider: {name: software}}"])
    func `With another provider they are told as not applicable, once for each Ingress`(spec: String) throws {
        let planned = try plan(
            [ingress("a", ["scheme": "internal", "subnets": "subnet-1", "inbound-cidrs": "nowhere"])], spec: spec)
        let plan = try planned.plan()
        #expect(plan.scheme == .internetFacing)
        #expect(plan.provider.settings.isEmpty && plan.obstacles == nil)
        let found = try planned.finding("AnnotationNotApplicable")
        #expect(found.severity == .info)
        for name in ["scheme", "subnets", "inbound-cidrs"] { #expect(found.message.contains(Self.prefix + name)) }
    }

    @Test func `The provider of the class counts, and that of the command line where the class names none`() throws {
        let annotated = ingress("a", ["scheme": "internal"])
        #expect(try plan([annotated], spec: "{}", provider: "aws").plan().scheme == .internal)
        #expect(try plan([annotated], provider: "software").plan().scheme == .internal)
        let software = "{provider: {name: software}}"
        #expect(try plan([annotated], spec: software, provider: "aws").plan().scheme == .internetFacing)
    }

    @Test func `What the parameters say goes before annotations`() throws {
        let planned = try plan(
            [ingress("a", ["scheme": "internal", "subnets": "subnet-1,subnet-2", "tags": "team=a,stage=x"])],
            spec: "{provider: {name: aws, settings: {subnets: 'subnet-8,subnet-9'}}, scheme: internet-facing, "
                + "tags: {team: b}}")
        let plan = try planned.plan()
        #expect(plan.scheme == .internetFacing)
        #expect(plan.provider.settings["subnets"] == "subnet-8,subnet-9")
        #expect(
            plan.provider.sources == [
                "tags.stage": SettingSource(
                    ingresses: ["shop/a"], field: "metadata.annotations[alb.ingress.kubernetes.io/tags]")
            ])
        #expect(plan.provider.ownSettings == plan.provider.settings)
        #expect(plan.attributes.tags == ["team": "b", "stage": "x"])
        #expect(planned.findings.map { $0.split(separator: " ")[1] } == Array(repeating: "ParametersDecide", count: 3))
    }

    // MARK: Several Ingresses

    @Test func `Different attributes, tags, ports and certificates add up`() throws {
        let ports = #"[{"HTTPS": 443}]"#
        let planned = try plan([
            ingress(
                "a",
                ["tags": "a=1", "load-balancer-attributes": "k1=1", "certificate-arn": "arn:a", "listen-ports": ports]),
            ingress(
                "b",
                ["tags": "b=2", "load-balancer-attributes": "k2=2", "certificate-arn": "arn:b", "listen-ports": ports]),
        ])
        let plan = try planned.plan()
        #expect(plan.attributes.tags == ["a": "1", "b": "2"])
        #expect(
            plan.provider.settings == ["attributes.k1": "1", "attributes.k2": "2", "certificateARNs": "arn:a,arn:b"])
        #expect(plan.listeners.map(\.port) == [443])
        #expect(planned.findings.isEmpty)
    }

    @Test func `An Ingress that agrees is no contradiction, in whatever order it lists things`() throws {
        let planned = try plan([
            ingress("a", ["scheme": "internal", "security-groups": "sg-1,sg-2"]),
            ingress("b", ["scheme": "internal", "security-groups": "sg-2, sg-1"]),
        ])
        #expect(planned.findings.isEmpty)
        #expect(try planned.plan().provider.settings == ["securityGroups": "sg-1,sg-2"])
        let source = try planned.plan().provider.sources?["securityGroups"]
        #expect(source?.ingresses == ["shop/a", "shop/b"] && source?.isGuarding == true)
        #expect(try planned.plan().provider.ownSettings.isEmpty)
    }

    @Test(
        arguments: [
            (["scheme": "internal"], ["scheme": "internet-facing"]),
            (["security-groups": "sg-1"], ["security-groups": "sg-2"]),
            (["inbound-cidrs": "10.0.0.0/8"], ["inbound-cidrs": "0.0.0.0/0"]),
            (["ssl-policy": "ELBSecurityPolicy-a"], ["ssl-policy": "ELBSecurityPolicy-b"]),
            (["listen-ports": #"[{"HTTPS": 443}]"#], ["listen-ports": #"[{"HTTP": 443}]"#]),
        ])
    func `An Ingress that contradicts what guards the load balancer is left out until it agrees`(
        first: [String: String], second: [String: String]
    ) throws {
        let planned = try plan([
            ingress("b", first, created: "2024-01-01T00:00:00Z"), ingress("a", second, created: "2025-01-01T00:00:00Z"),
            ingress("c", created: "2026-01-01T00:00:00Z"),
        ])
        let plan = try planned.plan()
        #expect(Set(plan.routes.compactMap(\.ingress)) == ["shop/b", "shop/c"])
        #expect(plan.withheld?.map(\.ingress) == ["shop/a"])
        let found = try planned.finding("ConflictingIngress")
        #expect(found.severity == .error && found.object.name == "a")
        #expect(found.message.contains("shop/b") && found.remedy?.isEmpty == false)
        #expect(plan.withheld?.first?.message == found.message)
    }

    @Test func `Of what guards nothing the first Ingress decides, and the other is told`() throws {
        let planned = try plan([
            ingress("a", ["tags": "team=a,stage=x", "subnets": "subnet-1,subnet-2", "load-balancer-name": "a"]),
            ingress("b", ["tags": "team=b,stage=x", "subnets": "subnet-1,subnet-3", "load-balancer-name": "b"]),
        ])
        let plan = try planned.plan()
        #expect(plan.withheld == nil)
        #expect(plan.attributes.tags == ["team": "a", "stage": "x"])
        #expect(plan.provider.settings == ["subnets": "subnet-1,subnet-2", "name": "a"])
        #expect(
            planned.findings == [
                "warning ConflictingLoadBalancer shop/b metadata.annotations[\(Self.prefix)load-balancer-name]",
                "warning ConflictingLoadBalancer shop/b metadata.annotations[\(Self.prefix)subnets]",
                "warning ConflictingLoadBalancer shop/b metadata.annotations[\(Self.prefix)tags]",
            ])
    }

    @Test func `A value that guards the load balancer and can't be read stands in its way`() throws {
        let plan = try plan([ingress("a", ["scheme": "intrenal"]), ingress("b")]).plan()
        let obstacle = try #require(plan.obstacles?.first)
        #expect(obstacle.ingress == "shop/a")
        #expect(obstacle.field == "metadata.annotations[\(Self.prefix)scheme]")
        #expect(obstacle.message.contains("intrenal"))
        #expect(Set(plan.routes.compactMap(\.ingress)) == ["shop/a", "shop/b"])
    }

    // MARK: Ports

    @Test(
        arguments: [
            ([:], [80, 443]),
            (["certificate-arn": "arn:a"], [443]),
            (["listen-ports": #"[{"HTTP": 8080}]"#], [8080]),
            (["certificate-arn": "arn:a", "listen-ports": #"[{"HTTP": 80}, {"HTTPS": 8443}]"#], [80, 8443]),
        ] as [([String: String], [Int])])
    func `The ports are those of AWS's controller`(annotations: [String: String], ports: [Int]) throws {
        let plan = try plan([ingress("a", annotations)]).plan()
        #expect(plan.listeners.map(\.port) == ports)
        #expect(plan.listeners.allSatisfy { ($0.protocol == .https) == ($0.tls != nil) })
        #expect(plan.listenerSource == (annotations.isEmpty ? .standard : .annotations))
    }

    @Test func `An Ingress without ports keeps those of the class beside another's`() throws {
        let planned = try plan([ingress("a", ["listen-ports": #"[{"HTTPS": 8443}]"#]), ingress("b")])
        #expect(try planned.plan().listeners.map(\.port) == [80, 443, 8443])
        let found = try planned.finding("SharedListeners")
        #expect(found.object.name == "a" && found.message.contains("80, 443"))
    }

    @Test func `Networks are those of the Ingress's ports`() throws {
        let plan = try plan([
            ingress("a", ["listen-ports": #"[{"HTTP": 80}]"#, "inbound-cidrs": "10.0.0.0/8"]),
            ingress("b", ["listen-ports": #"[{"HTTP": 8080}]"#, "inbound-cidrs": "192.0.2.0/24"]),
        ]).plan()
        #expect(
            plan.provider.settings == [
                "listeners.80.inboundCIDRs": "10.0.0.0/8", "listeners.8080.inboundCIDRs": "192.0.2.0/24",
            ])
    }

    @Test func `Networks have no effect beside named security groups, and their owner is told`() throws {
        let planned = try plan([
            ingress("a", ["inbound-cidrs": "10.0.0.0/8"]), ingress("b", ["security-groups": "sg-1"]),
        ])
        #expect(try planned.plan().provider.settings == ["securityGroups": "sg-1"])
        #expect(try planned.finding("AnnotationWithoutEffect").object.name == "a")
    }

    @Test func `HTTPS without a certificate has one found`() throws {
        let ports = #"[{"HTTP": 80}, {"HTTPS": 443}]"#
        #expect(
            try plan([ingress("a", ["listen-ports": ports])]).plan().provider.settings == [
                "certificateDiscovery": "true"
            ])
        let named = try plan([ingress("a", ["listen-ports": ports, "certificate-arn": "arn:a"])]).plan()
        #expect(named.provider.settings == ["certificateARNs": "arn:a"])
    }

    // MARK: Redirects

    @Test func `A redirect to HTTPS is for every Ingress of the load balancer that doesn't turn it off`() throws {
        let plan = try plan([
            ingress("a", ["ssl-redirect": "443"]), ingress("b"),
            ingress("c", ["headgate.dev/redirect-to-https": "false"]),
        ]).plan()
        #expect(try plan.route(of: "shop/a").filters.redirectToHTTPS == HTTPSRedirect(statusCode: 301, port: 443))
        #expect(try plan.route(of: "shop/b").filters.redirectToHTTPS == HTTPSRedirect(statusCode: 301, port: 443))
        #expect(try plan.route(of: "shop/c").filters.redirectToHTTPS == nil)
    }

    @Test func `With another provider it is for the Ingress alone`() throws {
        let planned = try plan([ingress("a", ["ssl-redirect": "443"]), ingress("b")], spec: "{}")
        let plan = try planned.plan()
        #expect(try plan.route(of: "shop/a").filters.redirectToHTTPS == HTTPSRedirect(statusCode: 301, port: 443))
        #expect(try plan.route(of: "shop/b").filters.redirectToHTTPS == nil)
        #expect(planned.result.diagnostics.isEmpty)
    }

    // MARK: Groups

    @Test func `A group makes a load balancer where the class doesn't say how it shares`() throws {
        let ingresses = [
            ingress("a", ["group.name": "one.group"]), ingress("b", ["group.name": "one.group"]), ingress("c"),
        ]
        let planned = try plan(ingresses)
        #expect(planned.result.plans.map(\.identity.group).sorted() == ["", "group/one.group"])
        #expect(planned.findings.isEmpty)
        let together = try plan(ingresses, spec: "{provider: {name: aws}, sharing: class}")
        #expect(together.result.plans.count == 1)
        #expect(together.findings.count == 2)
    }

    @Test func `The lower order comes first, whatever the age`() throws {
        let claim = [("shop.example.com", ["Prefix / web:80"])]
        let order = Self.prefix + "group.order"
        let planned = try plan([
            Manifests.ingress(
                "shop/old", created: "2020-01-01T00:00:00Z",
                annotations: [order: "10", Self.prefix + "scheme": "internal"],
                rules: claim),
            Manifests.ingress(
                "shop/new", created: "2025-01-01T00:00:00Z",
                annotations: [order: "-1", Self.prefix + "tags": "a=b"], rules: claim),
        ])
        #expect(try planned.plan().routes.compactMap(\.ingress) == ["shop/new"])
        let found = try planned.finding("PathConflict")
        #expect(found.object.name == "old")
        #expect(found.message.contains("has the lower group.order"))
    }

    @Test func `The same order twice is told`() throws {
        let planned = try plan([ingress("a", ["group.order": "5"]), ingress("b", ["group.order": "5"]), ingress("c")])
        #expect(try planned.finding("DuplicateGroupOrder").object.name == "b")
    }

    @Test func `The pools of an Ingress that is left out are in the plan, for what it had last`() throws {
        let planned = try plan([
            ingress("a", ["scheme": "internal"]),
            ingress("b", ["scheme": "internet-facing", "backend-protocol": "HTTPS"]),
        ])
        let plan = try planned.plan()
        let withheld = try #require(plan.withheld?.first)
        #expect(withheld.ingress == "shop/b")
        #expect(withheld.pools?.map(\.pool) == ["shop.web.80.https"])
        #expect(plan.pools.map(\.name) == ["shop.web.80", "shop.web.80.https"])
        #expect(!plan.routes.contains { $0.ingress == "shop/b" })
    }
}
