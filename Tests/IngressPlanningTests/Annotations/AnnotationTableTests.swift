import KubernetesModel
import LoadBalancerModel
import Testing

@testable import IngressPlanning

@Suite struct AnnotationTableTests {
    private static let nginx = "nginx.ingress.kubernetes.io/"
    private static let native = "headgate.dev/"

    private func read(_ annotations: [String: String]) -> (settings: IngressSettings, diagnostics: [Diagnostic]) {
        AnnotationTable.read(.annotated(annotations))
    }

    @Test func `Without annotations everything is left to the class`() {
        let (settings, diagnostics) = read([:])
        #expect(settings == IngressSettings())
        #expect(diagnostics.isEmpty)
    }

    @Test func `The annotations of ingress-nginx set what they set there`() {
        let (settings, diagnostics) = read([
            Self.nginx + "rewrite-target": "/$2",
            Self.nginx + "use-regex": "T",
            Self.nginx + "ssl-redirect": "1",
            Self.nginx + "backend-protocol": " https ",
            Self.nginx + "proxy-body-size": "8m",
            Self.nginx + "proxy-connect-timeout": "5",
            Self.nginx + "proxy-read-timeout": "+120",
            Self.nginx + "proxy-send-timeout": "60",
            Self.nginx + "affinity": "cookie",
            Self.nginx + "session-cookie-name": "route",
            Self.nginx + "session-cookie-path": "/app",
            Self.nginx + "session-cookie-max-age": "172800",
        ])
        var expected = IngressSettings()
        expected.rewrite = RewriteRule(kind: .nginxTarget, value: "/$2")
        expected.usesRegularExpressions = true
        expected.redirectToHTTPS = .hostsWithTLS
        expected.redirectAnnotation = "nginx.ingress.kubernetes.io/ssl-redirect"
        expected.backendProtocol = .https
        expected.maximumRequestBodyBytes = 8 << 20
        expected.timeouts = RouteTimeouts(
            connectMilliseconds: 5000, readMilliseconds: 120_000, sendMilliseconds: 60_000)
        expected.affinity.kind = .cookie
        expected.affinity.cookieName = "route"
        expected.affinity.cookiePath = "/app"
        expected.affinity.maximumAgeSeconds = 172_800
        expected.affinity.defaultCookieName = "INGRESSCOOKIE"
        #expect(settings == expected)
        #expect(diagnostics.isEmpty)
    }

    @Test func `Headgate's own annotations set the same`() {
        let (settings, diagnostics) = read([
            Self.native + "rewrite-target": "/$2",
            Self.native + "use-regex": "true",
            Self.native + "redirect-to-https": "true",
            Self.native + "backend-protocol": "HTTPS",
            Self.native + "max-request-body-size": "8Mi",
            Self.native + "connect-timeout": "5s",
            Self.native + "read-timeout": "2m",
            Self.native + "send-timeout": "500ms",
            Self.native + "affinity": "cookie",
            Self.native + "affinity-cookie-name": "route",
            Self.native + "affinity-cookie-path": "/app",
            Self.native + "affinity-cookie-max-age": "48h",
            Self.native + "group": "storefront",
        ])
        var expected = IngressSettings()
        expected.rewrite = RewriteRule(kind: .target, value: "/$2")
        expected.usesRegularExpressions = true
        expected.redirectToHTTPS = .always
        expected.redirectAnnotation = "headgate.dev/redirect-to-https"
        expected.backendProtocol = .https
        expected.maximumRequestBodyBytes = 8 << 20
        expected.timeouts = RouteTimeouts(connectMilliseconds: 5000, readMilliseconds: 120_000, sendMilliseconds: 500)
        expected.affinity.kind = .cookie
        expected.affinity.cookieName = "route"
        expected.affinity.cookiePath = "/app"
        expected.affinity.maximumAgeSeconds = 172_800
        expected.group = "storefront"
        expected.groupDialect = .native
        #expect(settings == expected)
        #expect(diagnostics.isEmpty)
    }

    @Test func `Every example of the table is accepted without a diagnostic`() {
        for definition in AnnotationTable.definitions {
            var values = AnnotationValues()
            #expect(throws: Never.self, "\(definition.key)") {
                try definition.read(
                    definition.example, name: definition.familyPrefix.map { _ in "HTTPS-443" }, &values)
            }
        }
    }

    @Test func `An Ingress that states nothing has the settings of one whose only statement is what holds anyway`() {
        var idle = read(["alb.ingress.kubernetes.io/group.order": "0"])
        #expect(idle.diagnostics.isEmpty)
        #expect(idle.settings.speaksAWS)
        idle.settings.speaksAWS = false
        #expect(read([:]).settings == idle.settings)
        #expect(read(["example.com/owner": "team"]).settings == idle.settings)
        // One that isn't supported says at least whose annotations these are.
        #expect(read(["alb.ingress.kubernetes.io/unheard-of": "x"]).settings.speaksAWS)
    }

    @Test(
        arguments: [
            ("force-ssl-redirect", "true", IngressSettings.RedirectPolicy.always),
            ("ssl-redirect", "true", .hostsWithTLS),
            ("ssl-redirect", "false", .never),
            ("force-ssl-redirect", "false", nil),
        ] as [(String, String, IngressSettings.RedirectPolicy?)])
    func `A redirect annotation of ingress-nginx gives a policy`(
        name: String, text: String, policy: IngressSettings.RedirectPolicy?
    ) {
        #expect(read([Self.nginx + name: text]).settings.redirectToHTTPS == policy)
    }

    @Test func `A forced redirect wins over one that is turned off`() {
        let annotations = [Self.nginx + "ssl-redirect": "false", Self.nginx + "force-ssl-redirect": "true"]
        #expect(read(annotations).settings.redirectToHTTPS == .always)
    }

    @Test(arguments: [
        ("use-regex", "yes"), ("use-regex", " true"), ("use-regex", ""), ("ssl-redirect", "tRUE"),
        ("proxy-body-size", "8mb"), ("proxy-body-size", "8Mi"), ("proxy-body-size", "-1"), ("proxy-body-size", "8b"),
        ("proxy-body-size", "99999999999999999999"), ("proxy-body-size", "9999999999g"), ("proxy-body-size", "m"),
        ("proxy-read-timeout", "120s"), ("proxy-read-timeout", "0"), ("proxy-read-timeout", "-1"),
        ("proxy-read-timeout", "1.5"), ("proxy-read-timeout", "2147484"), ("proxy-connect-timeout", " 5"),
        ("backend-protocol", "AJP"), ("backend-protocol", "HTTP2"),
        ("affinity", "ip"), ("affinity", "Cookie"),
        ("rewrite-target", "/$host"), ("rewrite-target", "/$0"), ("rewrite-target", "/a$"),
        ("rewrite-target", "/a?b=1"),
        ("rewrite-target", "/a b"), ("rewrite-target", "/a;return 200"), ("rewrite-target", "/a\nb"),
        ("rewrite-target", ""),
    ])
    func `A malformed value of ingress-nginx is a warning and sets nothing`(name: String, text: String) throws {
        let key = Self.nginx + name
        let (settings, diagnostics) = read([key: text])
        #expect(settings == IngressSettings())
        let diagnostic = try #require(diagnostics.first)
        #expect(diagnostics.count == 1)
        #expect(diagnostic.reason == "InvalidAnnotation")
        #expect(diagnostic.severity == .warning)
        #expect(diagnostic.field == "metadata.annotations[\(key)]")
        #expect(diagnostic.object == ObjectReference(kind: "Ingress", namespace: "shop", name: "web"))
        #expect(diagnostic.message.contains(key))
        let grammar = try #require(AnnotationTable.definition(key: key)?.definition.grammar)
        #expect(diagnostic.message.contains(grammar))
        #expect(!diagnostic.message.contains("\n"))
    }

    @Test(arguments: [
        ("use-regex", "True"), ("use-regex", "1"), ("redirect-to-https", "yes"),
        ("backend-protocol", "https"), ("backend-protocol", "GRPC"),
        ("max-request-body-size", "8m"), ("max-request-body-size", "-1"), ("max-request-body-size", "8MB"),
        ("max-request-body-size", ""), ("max-request-body-size", "8 Mi"),
        ("read-timeout", "60"), ("read-timeout", "0"), ("read-timeout", "1us"), ("read-timeout", "-1s"),
        ("read-timeout", "0s"), ("read-timeout", "1 s"),
        ("read-timeout", "597h"), ("read-timeout", "s"), ("read-timeout", "1.2.3s"),
        ("affinity", "Cookie"), ("affinity-cookie-name", "a b"), ("affinity-cookie-name", ""),
        ("affinity-cookie-path", "app"), ("affinity-cookie-path", "/a;b"), ("affinity-cookie-max-age", "500ms"),
        ("rewrite-target", "x"), ("rewrite-target", "https://example.com/"), ("rewrite-target", "/a%2"),
        ("rewrite-target", "/$10$x"), ("replace-prefix", "/$1"), ("replace-prefix", ""),
        ("group", "Shop"), ("group", "-shop"), ("group", "a.b"), ("group", ""),
    ])
    func `Headgate's own values are read strictly`(name: String, text: String) throws {
        let (settings, diagnostics) = read([Self.native + name: text])
        #expect(settings == IngressSettings())
        #expect(diagnostics.map(\.reason) == ["InvalidAnnotation"])
    }

    @Test func `A malformed annotation leaves the others in force`() {
        let (settings, diagnostics) = read([
            Self.nginx + "proxy-body-size": "huge", Self.nginx + "use-regex": "true", Self.native + "group": "G",
        ])
        #expect(settings.usesRegularExpressions == true)
        #expect(settings.maximumRequestBodyBytes == nil)
        #expect(
            diagnostics.map(\.field) == [
                "metadata.annotations[headgate.dev/group]",
                "metadata.annotations[nginx.ingress.kubernetes.io/proxy-body-size]",
            ])
    }

    @Test(arguments: [
        ("nginx.ingress.kubernetes.io/proxy-read-timeout", "120s", "Write `120`."),
        ("nginx.ingress.kubernetes.io/proxy-body-size", "8Mi", "Write `8m`."),
        ("headgate.dev/max-request-body-size", "8m", "Write `8Mi`."),
        ("headgate.dev/read-timeout", "60", "Write `60s` for seconds."),
        ("headgate.dev/use-regex", "True", "Write `true`."),
        ("headgate.dev/backend-protocol", "https", "Write `HTTPS`."),
    ])
    func `The remedy names what was probably meant`(key: String, text: String, remedy: String) {
        #expect(read([key: text]).diagnostics.map(\.remedy) == [remedy])
    }

    @Test(arguments: ["GRPC", "grpcs", "FCGI", "AUTO_HTTP"])
    func `A backend protocol that is not supported is a warning that says what happens`(text: String) {
        let (settings, diagnostics) = read([Self.nginx + "backend-protocol": text])
        #expect(settings.backendProtocol == nil)
        #expect(diagnostics.map(\.reason) == ["UnsupportedAnnotationValue"])
        #expect(diagnostics.allSatisfy { $0.message.contains(" spoken ") && $0.message.contains("not ") })
    }

    @Test func `Headgate's own annotation wins over a contradicting one`() {
        let (settings, diagnostics) = read([
            Self.native + "backend-protocol": "HTTP", Self.nginx + "backend-protocol": "HTTPS",
            Self.native + "redirect-to-https": "false", Self.nginx + "ssl-redirect": "true",
            Self.native + "rewrite-target": "/a", Self.nginx + "rewrite-target": "/b",
        ])
        #expect(settings.backendProtocol == .http)
        #expect(settings.redirectToHTTPS == .never)
        #expect(settings.rewrite == RewriteRule(kind: .target, value: "/a"))
        #expect(Set(diagnostics.map(\.reason)) == ["ContradictoryAnnotations"])
        #expect(
            Set(diagnostics.map(\.field)) == [
                "metadata.annotations[nginx.ingress.kubernetes.io/backend-protocol]",
                "metadata.annotations[nginx.ingress.kubernetes.io/rewrite-target]",
                "metadata.annotations[nginx.ingress.kubernetes.io/ssl-redirect]",
            ])
    }

    @Test func `Annotations that agree are no contradiction`() {
        let (_, diagnostics) = read([
            Self.native + "read-timeout": "1m", Self.nginx + "proxy-read-timeout": "60",
            Self.native + "redirect-to-https": "true", Self.nginx + "ssl-redirect": "true",
        ])
        #expect(diagnostics.isEmpty)
    }

    @Test func `A malformed native annotation leaves that of ingress-nginx in force`() {
        let (settings, diagnostics) = read([
            Self.native + "read-timeout": "60", Self.nginx + "proxy-read-timeout": "60",
        ])
        #expect(settings.timeouts.readMilliseconds == 60_000)
        #expect(diagnostics.map(\.reason) == ["InvalidAnnotation"])
    }

    @Test func `A replaced prefix needs plain paths`() {
        let plain = read([Self.native + "replace-prefix": "/"])
        #expect(plain.settings.rewrite == RewriteRule(kind: .prefix, value: "/"))
        #expect(plain.diagnostics.isEmpty)
        let expressions = read([Self.native + "replace-prefix": "/", Self.native + "use-regex": "true"])
        #expect(expressions.settings.rewrite == nil)
        #expect(expressions.diagnostics.map(\.reason) == ["AnnotationWithoutEffect"])
        let both = read([Self.native + "replace-prefix": "/", Self.native + "rewrite-target": "/x"])
        #expect(both.settings.rewrite == RewriteRule(kind: .target, value: "/x"))
        #expect(both.diagnostics.map(\.reason) == ["ContradictoryAnnotations"])
    }

    @Test func `A cookie name without affinity is noted`() {
        let (settings, diagnostics) = read([Self.nginx + "session-cookie-name": "route"])
        #expect(settings.affinity.cookieName == "route")
        #expect(diagnostics.map(\.severity) == [.info])
        #expect(diagnostics.map(\.reason) == ["AnnotationWithoutEffect"])
    }

    @Test func `Annotations of other owners are left alone`() {
        let (settings, diagnostics) = read([
            "kubectl.kubernetes.io/last-applied-configuration": "{}",
            "cert-manager.io/cluster-issuer": "letsencrypt",
            "kubernetes.io/ingress.class": "nginx",
            "example.com/nginx.ingress.kubernetes.io": "x",
            "description": "no slash",
        ])
        #expect(settings == IngressSettings())
        #expect(diagnostics.isEmpty)
    }

    @Test func `Long values and control characters are shown in short`() throws {
        let value = "a\u{1B}[31m\r\n" + String(repeating: "x", count: 500)
        let shown = try #require(read([Self.nginx + "use-regex": value]).diagnostics.first?.value)
        #expect(shown.count <= 81)
        #expect(!shown.unicodeScalars.contains { $0.value < 0x20 })
    }
}
