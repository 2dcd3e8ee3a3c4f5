import LoadBalancerModel
import Testing

@testable import IngressPlanning

@Suite struct BalancerMergingTests {
    private static let prefix = BalancerPlanning.prefix

    private func ingress(
        _ name: String, _ annotations: [String: String] = [:], path: String = "/", created: String? = nil
    ) -> String {
        BalancerPlanning.ingress(name, annotations, path: path, created: created)
    }

    private func plan(
        _ ingresses: [String], spec: String = "{provider: {name: aws}}", provider: String? = nil,
        set: [String: String] = [:]
    ) throws -> Planned {
        try BalancerPlanning.plan(ingresses, spec: spec, provider: provider, set: set)
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
        #expect(plan.provider.settings.isEmpty && plan.withheld == nil && plan.unsettledGuards == nil)
        let found = try planned.finding("AnnotationNotApplicable")
        #expect(found.severity == .info && found.message.contains(Self.prefix + "subnets"))
        let open = try planned.finding("AccessNotRestricted")
        #expect(open.severity == .warning && open.remedy?.isEmpty == false)
        for name in ["scheme", "inbound-cidrs"] {
            #expect(open.message.contains(Self.prefix + name) && !found.message.contains(Self.prefix + name))
        }
    }

    @Test(
        arguments: [
            (["scheme": "internal"], true), (["scheme": "internet-facing"], false),
            (["security-groups": "sg-1"], true), (["wafv2-acl-arn": "arn:aws:wafv2:eu:1:regional/webacl/a/b"], true),
            (["wafv2-acl-arn": "none"], false), (["ssl-policy": "ELBSecurityPolicy-2016-08"], false),
            (["mutual-authentication": #"[{"port": 443, "mode": "passthrough"}]"#], true),
            (["mutual-authentication": #"[{"port": 443, "mode": "off"}]"#], false),
        ])
    func `With another provider a Warning says what isn't restricted`(
        annotations: [String: String], restricts: Bool
    ) throws {
        let planned = try plan([ingress("a", annotations)], spec: "{}")
        #expect(planned.result.diagnostics.map(\.reason).contains("AccessNotRestricted") == restricts)
        #expect(planned.result.diagnostics.map(\.reason).contains("AnnotationNotApplicable") == !restricts)
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

    /// What the parameters say under another name than the annotation's setting.
    private static let equivalents: [(spec: String, annotations: [String: String], gone: String, ports: String?)] = {
        let settings = { (text: String) in "{provider: {name: aws, settings: {\(text)}}}" }
        let https = #"[{"HTTPS": 443}]"#
        return [
            (settings("inboundCIDRs: 10.0.0.0/8"), ["inbound-cidrs": "0.0.0.0/0"], "inbound-cidrs", nil),
            (settings("securityGroups: office"), ["inbound-cidrs": "0.0.0.0/0"], "inbound-cidrs", nil),
            (settings("inboundCIDRs: 10.0.0.0/8"), ["security-groups": "sg-1"], "security-groups", nil),
            (
                settings("mutualAuthentication: verify, trustStore: 'arn:a'"),
                ["mutual-authentication": #"[{"port": 443, "mode": "off"}]"#], "mutual-authentication", nil
            ),
            (
                "{provider: {name: aws}, tls: {minimumVersion: '1.3'}}",
                ["ssl-policy": "ELBSecurityPolicy-2016-08"], "ssl-policy", nil
            ),
            (
                settings("deletionProtection: 'true'"),
                ["load-balancer-attributes": "deletion_protection.enabled=false"], "load-balancer-attributes", nil
            ),
            (
                settings("accessLogs: 's3://bucket-one/x'"),
                ["load-balancer-attributes": "access_logs.s3.bucket=other"], "load-balancer-attributes", nil
            ),
            (
                settings("accessLogs: 's3://bucket-one/x'"),
                ["load-balancer-attributes": "access_logs.s3.prefix=y"], "load-balancer-attributes", nil
            ),
            (
                settings("listenerAttributes.routing.http.response.server.enabled: 'false'"),
                ["listener-attributes.HTTP-80": "routing.http.response.server.enabled=true"],
                "listener-attributes.HTTP-80", nil
            ),
            (
                "{provider: {name: aws}, timeouts: {idle: 90s}}",
                ["load-balancer-attributes": "idle_timeout.timeout_seconds=10"], "load-balancer-attributes", nil
            ),
            ("{provider: {name: aws}, redirectToHTTPS: false}", ["ssl-redirect": "443"], "ssl-redirect", nil),
            (
                "{provider: {name: aws}, listeners: [{name: http, protocol: HTTP, port: 8080}]}",
                ["listen-ports": https], "listen-ports", "8080"
            ),
            (settings("certificateARNs: 'arn:a'"), ["certificate-arn": "arn:b"], "certificate-arn", "443"),
        ]
    }()

    @Test(arguments: equivalents.indices)
    func `What the parameters say goes before annotations where its name differs, and that is told`(
        index: Int
    ) throws {
        let (spec, annotations, key, ports) = Self.equivalents[index]
        let planned = try plan([ingress("a", annotations)], spec: spec)
        let plan = try planned.plan()
        let own = try BalancerPlanning.plan([ingress("a")], spec: spec).plan()
        #expect(plan.provider.settings == own.provider.settings)
        #expect(try plan.route(of: "shop/a").filters.redirectToHTTPS == nil)
        #expect(plan.listeners.map { String($0.port) }.joined(separator: ",") == ports ?? "80,443")
        let found = try planned.finding("ParametersDecide")
        #expect(found.severity == .warning && found.field == "metadata.annotations[\(Self.prefix)\(key)]")
        #expect(planned.findings.count == 1)
    }

    @Test(
        arguments: [
            ("settings: {inboundCIDRs: 10.0.0.0/8}", ["inbound-cidrs": "10.0.0.0/8"]),
            (
                "settings: {deletionProtection: 'true'}",
                ["load-balancer-attributes": "deletion_protection.enabled=true"]
            ),
            ("settings: {certificateARNs: 'arn:a,arn:b'}", ["certificate-arn": "arn:b"]),
        ])
    func `What parameters and annotations agree on is no finding`(
        settings: String, annotations: [String: String]
    ) throws {
        let planned = try plan([ingress("a", annotations)], spec: "{provider: {name: aws, \(settings)}}")
        #expect(planned.findings.isEmpty)
    }

    @Test func `A security policy that keeps to the version of the parameters is in force`() throws {
        let policy = "ELBSecurityPolicy-TLS13-1-3-2021-06"
        let planned = try plan(
            [ingress("a", ["ssl-policy": policy])], spec: "{provider: {name: aws}, tls: {minimumVersion: '1.2'}}")
        #expect(try planned.plan().provider.settings == ["sslPolicy": policy])
        #expect(planned.findings.isEmpty)
    }

    @Test func `The port of a redirect is that of the parameters where they give one`() throws {
        let planned = try plan(
            [ingress("a", ["ssl-redirect": "443"])],
            spec: "{provider: {name: aws}, redirectToHTTPS: {enabled: true, port: 8443}}")
        #expect(
            try planned.plan().route(of: "shop/a").filters.redirectToHTTPS == HTTPSRedirect(statusCode: 301, port: 8443)
        )
        #expect(try planned.finding("ParametersDecide").message.contains("8443"))
    }

    @Test func `What the command line sets goes before parameters and annotations`() throws {
        let planned = try plan(
            [
                ingress(
                    "a",
                    ["inbound-cidrs": "0.0.0.0/0", "load-balancer-attributes": "deletion_protection.enabled=true"])
            ],
            spec: "{provider: {name: aws, settings: {listeners.443.inboundCIDRs: 10.0.0.0/8, vpc: vpc-1}}}",
            set: ["inboundCIDRs": "11.0.0.0/8", "deletionProtection": "false"])
        let plan = try planned.plan()
        #expect(
            plan.provider.settings == ["inboundCIDRs": "11.0.0.0/8", "deletionProtection": "false", "vpc": "vpc-1"])
        #expect(plan.provider.sources == nil)
        let told = planned.result.diagnostics.filter { $0.reason == "ParametersDecide" }
        #expect(told.count == 2 && told.allSatisfy { $0.message.contains("--set says") })
        #expect(try self.plan([ingress("a")], spec: "{}", set: ["vpc": "vpc-1"]).plan().provider.settings.isEmpty)
    }

    @Test func `Settings for a port that nothing listens on are told`() throws {
        let planned = try plan(
            [ingress("a")],
            spec: "{provider: {name: aws, settings: {listeners.8443.inboundCIDRs: 10.0.0.0/8}}}",
            set: ["listeners.9999.mutualAuthentication": "off", "listeners.443.mutualAuthentication": "off"])
        let found = planned.result.diagnostics.filter { $0.reason == "UnusedListenerSetting" }
        #expect(
            Set(found.map(\.field)) == ["--set", "spec.provider.settings.listeners.8443.inboundCIDRs"])
        #expect(found.allSatisfy { $0.message.contains("80, 443") && $0.severity == .warning })
    }

    @Test func `Attributes of a listener that isn't there are told, and no other gets them`() throws {
        let planned = try plan([
            ingress("a", ["listener-attributes.HTTP-443": "routing.http.response.server.enabled=false"])
        ])
        #expect(try planned.plan().provider.settings.isEmpty)
        let found = try planned.finding("UnusedPort")
        #expect(found.message.contains("HTTP 80, HTTPS 443"))
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

    @Test func `It is known of each certificate which Ingresses name it`() throws {
        let planned = try plan([
            ingress("a", ["certificate-arn": "arn:a,arn:b"]), ingress("b", ["certificate-arn": "arn:b,arn:c"]),
        ])
        let sources = try #require(try planned.plan().provider.sources)
        let prefix = ProviderSelection.certificatePrefix
        #expect(sources[prefix + "arn:a"]?.ingresses == ["shop/a"])
        #expect(sources[prefix + "arn:b"]?.ingresses == ["shop/a", "shop/b"])
        #expect(sources[prefix + "arn:c"]?.ingresses == ["shop/b"])
        #expect(sources["certificateARNs"] == sources[prefix + "arn:a"])
        #expect(
            sources.values.allSatisfy { $0.field == "metadata.annotations[alb.ingress.kubernetes.io/certificate-arn]" })
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
        #expect(together.result.diagnostics.filter { $0.reason == "GroupIgnored" }.map(\.object.name) == ["a", "b"])
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

    @Test(arguments: ["a", "b"])
    func `Pools keep their names, whoever is left out`(withheld: String) throws {
        func pools(_ left: String?) throws -> [String: [String: String]?] {
            let versions = ["a": "GRPC", "b": "HTTP2"]
            let ingresses = versions.sorted { $0.key < $1.key }.map { name, version in
                ingress(
                    name, ["backend-protocol-version": version, "scheme": name == left ? "nowhere" : "internal"],
                    created: "2024-01-01T00:00:00Z")
            }
            return try plan(ingresses).plan().pools.reduce(into: [:]) { $0[$1.name] = $1.settings }
        }
        let everybody = try pools(nil)
        #expect(everybody.count == 2)
        #expect(try pools(withheld) == everybody)
    }

    @Test(
        arguments: [
            ["backend-protocol-version": "GRPC"], ["target-group-attributes": "slow_start.duration_seconds=30"],
        ])
    func `A newcomer doesn't take the name of a pool that is live`(annotations: [String: String]) throws {
        let old = ingress("old", created: "2024-01-01T00:00:00Z")
        let new = ingress("a-new", annotations, created: "2025-01-01T00:00:00Z")
        let alone = try plan([old]).plan().route(of: "shop/old").action
        let together = try plan([old, new]).plan()
        #expect(together.pools.count == 2)
        #expect(try together.route(of: "shop/old").action == alone)
    }
}
