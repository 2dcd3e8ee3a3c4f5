import LoadBalancerModel
import Testing

@testable import IngressPlanning

@Suite struct AWSLoadBalancerAnnotationTests {
    private static let prefix = "alb.ingress.kubernetes.io/"

    private func read(_ annotations: [String: String]) -> (settings: IngressSettings, diagnostics: [Diagnostic]) {
        AnnotationTable.read(
            .annotated(Dictionary(uniqueKeysWithValues: annotations.map { (Self.prefix + $0.key, $0.value) })))
    }

    @Test(
        arguments: [
            ("scheme", "internal", [.scheme: "internal"]),
            ("scheme", "internet-facing", [.scheme: "internet-facing"]),
            ("ip-address-type", "ipv4", [.addressFamily: "ipv4"]),
            ("ip-address-type", "dualstack-without-public-ipv4", [.addressFamily: "ipv6"]),
            ("load-balancer-name", "Shop-1", [.setting("name"): "Shop-1"]),
            ("subnets", "subnet-b, subnet-a,", [.setting("subnets"): "subnet-a,subnet-b"]),
            ("security-groups", "sg-2,office", [.setting("securityGroups"): "office,sg-2"]),
            ("ssl-redirect", "443", [.redirectPort: "443"]),
            ("ssl-policy", "ELBSecurityPolicy-2016-08", [.setting("sslPolicy"): "ELBSecurityPolicy-2016-08"]),
            (
                "wafv2-acl-arn", "arn:aws:wafv2:eu-central-1:1:regional/webacl/a/b",
                [.setting("wafWebACL"): "arn:aws:wafv2:eu-central-1:1:regional/webacl/a/b"]
            ),
            (
                "load-balancer-attributes", "idle_timeout.timeout_seconds=120, access_logs.s3.prefix=a=b",
                [
                    .setting("attributes.idle_timeout.timeout_seconds"): "120",
                    .setting("attributes.access_logs.s3.prefix"): "a=b",
                ]
            ),
            ("tags", "team=shop,empty=", [.tag("team"): "shop", .tag("empty"): ""]),
            (
                "listener-attributes.HTTPS-443", "routing.http.response.server.enabled=false",
                [
                    .listenerAttribute(
                        ListenPort(protocol: .https, port: 443), "routing.http.response.server.enabled"): "false"
                ]
            ),
            ("wafv2-acl-arn", "none", [.setting("wafWebACL"): "none"]),
        ] as [(String, String, [BalancerField: String])])
    func `An annotation asks for what it asks AWS's controller for`(
        name: String, text: String, fields: [BalancerField: String]
    ) {
        let (settings, diagnostics) = read([name: text])
        #expect(settings.balancer.fields.mapValues(\.value) == fields)
        #expect(settings.balancer.fields.values.allSatisfy { $0.key == Self.prefix + name })
        #expect(diagnostics.isEmpty, "\(diagnostics.map(\.message))")
    }

    @Test func `Ports, certificates, networks, group and order are read`() {
        let (settings, diagnostics) = read([
            "listen-ports": #"[{"HTTPS": 8443}, {"HTTP": 80, "https": "443"}]"#,
            "certificate-arn": "arn:b, arn:a, arn:b",
            "inbound-cidrs": "10.0.0.0/8,2001:db8::/32",
            "group.name": "my-team.awesome",
            "group.order": "-3",
            "manage-backend-security-group-rules": "false",
        ])
        #expect(
            settings.balancer.listenPorts?.value == [
                ListenPort(protocol: .http, port: 80), ListenPort(protocol: .https, port: 443),
                ListenPort(protocol: .https, port: 8443),
            ])
        #expect(settings.balancer.certificates?.value == ["arn:b", "arn:a"])
        #expect(settings.balancer.inboundCIDRs?.value == "10.0.0.0/8,2001:db8::/32")
        #expect(settings.group == "my-team.awesome")
        #expect(settings.groupOrder == -3)
        #expect(diagnostics.isEmpty, "\(diagnostics.map(\.message))")
    }

    @Test func `Certificates of clients are asked for by port`() {
        let (settings, diagnostics) = read([
            "mutual-authentication": #"""
            [{"port": 443, "mode": "verify", "trustStore": "arn:a", "ignoreClientCertificateExpiry": true},
             {"Port": "8443", "Mode": "passthrough"}, {"port": 9443, "mode": "off"}]
            """#
        ])
        let asked = settings.balancer.clientCertificates?.value
        #expect(
            asked == [
                443: ClientCertificates(mode: .verify, trustStore: "arn:a", ignoresExpiry: true),
                8443: ClientCertificates(mode: .passthrough), 9443: ClientCertificates(mode: .off),
            ])
        #expect(asked?.elsewhere == asked?[443])
        #expect([9443: ClientCertificates(mode: .off)].elsewhere == nil)
        #expect(diagnostics.isEmpty, "\(diagnostics.map(\.message))")
    }

    @Test(arguments: [
        ("ip-address-type", "ipv6"), ("load-balancer-name", "internal-shop"), ("load-balancer-name", "a_b"),
        ("load-balancer-name", "abcdefghijklmnopqrstuvwxyz0123456"), ("subnets", " , "),
        ("load-balancer-attributes", "idle_timeout"), ("load-balancer-attributes", "a=1,a=2"), ("tags", "=x"),
        ("listener-attributes.443", "a=b"), ("listener-attributes.TCP-443", "a=b"), ("group.order", "first"),
        ("group.order", "1001"),
    ])
    func `A malformed value is ignored with a warning that names it`(name: String, text: String) throws {
        let (settings, diagnostics) = read([name: text])
        var expected = IngressSettings()
        expected.speaksAWS = true
        #expect(settings == expected)
        let found = try #require(diagnostics.first)
        #expect(found.reason == "InvalidAnnotation")
        #expect(found.severity == .warning)
        #expect(found.field == "metadata.annotations[\(Self.prefix)\(name)]")
        #expect(found.message.contains(text) && found.message.contains("is ignored"))
        #expect(found.remedy?.isEmpty == false)
    }

    @Test(arguments: [
        ("scheme", "public"), ("scheme", "Internal"), ("security-groups", ","), ("inbound-cidrs", "10.0.0.1"),
        ("inbound-cidrs", "10.0.0.0/8,office"), ("wafv2-acl-arn", "shop"), ("ssl-policy", "TLS-1-2"),
        ("mutual-authentication", #"[{"port": 443, "mode": "on"}]"#),
        ("mutual-authentication", #"[{"port": 443, "mode": "verify"}]"#),
        ("mutual-authentication", #"[{"port": 443, "mode": "verify", "trustStore": "shop-cas"}]"#),
        ("mutual-authentication", #"[{"port": 443, "mode": "off", "modes": "x"}]"#),
        ("mutual-authentication", #"{"port": 443, "mode": "off"}"#),
        ("listen-ports", "80"), ("listen-ports", #"[{"TCP": 80}]"#), ("listen-ports", #"[{"HTTP": 0}]"#),
        ("listen-ports", #"[{"HTTP": 80}, {"HTTPS": 80}]"#), ("listen-ports", "[]"), ("listen-ports", "[80]"),
        ("ssl-redirect", "true"), ("ssl-redirect", "70000"), ("group.name", "Shop"), ("group.name", "-a"),
    ])
    func `A malformed value of what guards the load balancer is an error that leaves the Ingress out`(
        name: String, text: String
    ) throws {
        let (settings, diagnostics) = read([name: text])
        #expect(settings.balancer.fields.isEmpty && settings.balancer.inboundCIDRs == nil)
        #expect(settings.balancer.unmet.map(\.key) == [Self.prefix + name])
        #expect(diagnostics.map(\.severity) == [.error])
        #expect(
            diagnostics.allSatisfy {
                $0.message.contains(AnnotationText.shown(text)) && $0.message.contains("left out until it can be read")
            })
    }

    @Test func `Rules of other security groups are not managed, and who asks for it is told`() {
        let found = read(["manage-backend-security-group-rules": "true"]).diagnostics
        #expect(found.map(\.reason) == ["UnsupportedAnnotationValue"])
        #expect(found.first?.message.contains("left as they are") == true)
    }

    @Test func `A redirect of the AWS dialect yields to one that another dialect turns off`() {
        let (settings, diagnostics) = AnnotationTable.read(
            .annotated([Self.prefix + "ssl-redirect": "443", "headgate.dev/redirect-to-https": "false"]))
        #expect(settings.redirectToHTTPS == .never)
        #expect(diagnostics.map(\.reason) == ["ContradictoryAnnotations"])
        #expect(diagnostics.map(\.field) == ["metadata.annotations[\(Self.prefix)ssl-redirect]"])
    }

    @Test func `Headgate's own group goes before that of the AWS dialect`() {
        let (settings, diagnostics) = AnnotationTable.read(
            .annotated([Self.prefix + "group.name": "a", "headgate.dev/group": "b"]))
        #expect(settings.group == "b")
        #expect(settings.groupDialect == .native)
        #expect(diagnostics.map(\.reason) == ["ContradictoryAnnotations"])
    }
}
