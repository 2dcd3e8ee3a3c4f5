import LoadBalancerModel
import Testing

@testable import IngressPlanning

@Suite struct UnsupportedAnnotationsTests {
    private func diagnostics(_ key: String, _ text: String = "x") -> [Diagnostic] {
        AnnotationTable.read(.annotated([key: text])).diagnostics
    }

    @Test(arguments: UnsupportedAnnotations.ingressNginx.keys.sorted())
    func `An annotation of ingress-nginx that is not honoured is named`(name: String) throws {
        let key = "nginx.ingress.kubernetes.io/\(name)"
        let diagnostic = try #require(diagnostics(key).first)
        #expect(diagnostic.severity == .warning)
        #expect(diagnostic.reason == "UnsupportedAnnotation")
        #expect(diagnostic.message.contains(key))
        #expect(diagnostic.message.contains("not supported"))
        #expect(diagnostic.remedy?.isEmpty == false)
    }

    @Test(arguments: UnsupportedAnnotations.awsLoadBalancerController.keys.sorted())
    func `An annotation of the AWS Load Balancer Controller that is not honoured is named`(name: String) throws {
        let key = "alb.ingress.kubernetes.io/\(name)"
        let diagnostic = try #require(diagnostics(key).first)
        #expect(diagnostic.severity == .warning)
        #expect(diagnostic.reason == "UnsupportedAnnotation")
        #expect(diagnostic.message.contains("`\(key)`, an annotation of the AWS Load Balancer Controller"))
        #expect(diagnostic.remedy?.isEmpty == false)
    }

    @Test func `No annotation is both honoured and listed as not supported`() {
        let nginx = Set(AnnotationTable.ingressNginx.map(\.name))
        #expect(nginx.isDisjoint(with: UnsupportedAnnotations.ingressNginx.keys))
        let alb = Set(AnnotationTable.awsLoadBalancerController.map(\.name))
        #expect(alb.isDisjoint(with: UnsupportedAnnotations.awsLoadBalancerController.keys))
    }

    @Test(arguments: [
        "configuration-snippet", "server-snippet", "auth-snippet", "stream-snippet", "modsecurity-snippet",
    ])
    func `A snippet is never executed, and its text is not repeated`(name: String) throws {
        let text = "proxy_set_header Authorization s3cret;"
        let diagnostic = try #require(diagnostics("nginx.ingress.kubernetes.io/\(name)", text).first)
        #expect(diagnostic.message.contains("never executed"))
        #expect(!diagnostic.message.contains("s3cret"))
        #expect(diagnostic.value == nil)
    }

    @Test func `Who loses protection is told so`() {
        let message = diagnostics("nginx.ingress.kubernetes.io/whitelist-source-range", "10.0.0.0/8").first?.message
        #expect(message?.contains("Access is not restricted") == true)
    }

    @Test(arguments: [
        ("nginx.ingress.kubernetes.io/rewrite-taget", "nginx.ingress.kubernetes.io/rewrite-target"),
        ("nginx.ingress.kubernetes.io/ssl-rediect", "nginx.ingress.kubernetes.io/ssl-redirect"),
        ("nginx.ingress.kubernetes.io/Use-Regex", "nginx.ingress.kubernetes.io/use-regex"),
        ("nginx.ingress.kubernetes.io/configuration-snipet", "nginx.ingress.kubernetes.io/configuration-snippet"),
        ("headgate.dev/raed-timeout", "headgate.dev/read-timeout"),
        ("headgate.dev/proxy-body-size", "headgate.dev/max-request-body-size"),
        ("headgate.dev/ssl-redirect", "headgate.dev/redirect-to-https"),
        ("headgate.dev/proxy-read-timeout", "headgate.dev/read-timeout"),
        ("headgate.dev/session-cookie-name", "headgate.dev/affinity-cookie-name"),
        ("alb.ingress.kubernetes.io/schema", "alb.ingress.kubernetes.io/scheme"),
        ("alb.ingress.kubernetes.io/listen-port", "alb.ingress.kubernetes.io/listen-ports"),
    ])
    func `A misspelt key is answered with the one that was meant`(key: String, meant: String) {
        let found = diagnostics(key)
        #expect(found.map(\.reason) == ["UnknownAnnotation"])
        #expect(found.first?.remedy?.hasPrefix("Did you mean `\(meant)`?") == true)
    }

    @Test(arguments: ["headgate.dev/frobnicate", "nginx.ingress.kubernetes.io/", "nginx.ingress.kubernetes.io/a/b"])
    func `A key that is like no other is a warning without a guess`(key: String) {
        let found = diagnostics(key)
        #expect(found.map(\.reason) == ["UnknownAnnotation"])
        #expect(found.map(\.severity) == [.warning])
        #expect(found.first?.message.contains("Did you mean") == false)
    }

    @Test(arguments: [
        ("", "", 0), ("abc", "abc", 0), ("abc", "", 3), ("ab", "ba", 1), ("kitten", "sitting", 3), ("abcd", "acbd", 1),
    ])
    func `The distance of texts counts slips of the pen`(left: String, right: String, distance: Int) {
        #expect(EditDistance.between(Array(left.utf8), Array(right.utf8)) == distance)
        #expect(EditDistance.between(Array(right.utf8), Array(left.utf8)) == distance)
    }
}
