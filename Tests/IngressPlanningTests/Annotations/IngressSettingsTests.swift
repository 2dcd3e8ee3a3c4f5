import LoadBalancerModel
import Testing

@testable import IngressPlanning

@Suite struct IngressSettingsTests {
    private func settings(_ kind: RewriteRule.Kind, _ value: String) -> IngressSettings {
        var settings = IngressSettings()
        settings.rewrite = RewriteRule(kind: kind, value: value)
        return settings
    }

    @Test(arguments: [
        ("/", "/app", PathTreatment.rewrite(PathRewrite(kind: .template, value: "/")), true),
        ("/$2", "/app(/|$)(.*)", .rewrite(PathRewrite(kind: .template, value: "/$2")), true),
        ("$1", "/app(/.*)", .rewrite(PathRewrite(kind: .template, value: "$1")), true),
        ("new", "/app", .rewrite(PathRewrite(kind: .template, value: "/new")), true),
        ("/app", "/app", .unchanged, false),
        ("/", "", .unchanged, false),
        (
            "https://example.com/$1", "/(.*)", .redirect(Redirect(statusCode: 302, location: "https://example.com/$1")),
            true
        ),
        ("http://example.com", "/", .redirect(Redirect(statusCode: 302, location: "http://example.com")), true),
    ])
    func `A rewrite target of ingress-nginx brings regular expressions where it changes something`(
        target: String, path: String, treatment: PathTreatment, needsExpressions: Bool
    ) {
        let settings = settings(.nginxTarget, target)
        #expect(settings.pathTreatment(path: path) == treatment)
        #expect(settings.requiresRegularExpressions(path: path) == needsExpressions)
    }

    @Test func `A native rewrite needs regular expressions for its groups alone`() {
        #expect(!settings(.target, "/x").requiresRegularExpressions(path: "/app"))
        #expect(settings(.target, "/x/$1").requiresRegularExpressions(path: "/app/(.*)"))
        #expect(!settings(.prefix, "/").requiresRegularExpressions(path: "/app"))
        #expect(
            settings(.prefix, "/").pathTreatment(path: "/app")
                == .rewrite(PathRewrite(kind: .replacePrefix, value: "/")))
    }

    @Test func `Without a rewrite the path stays, and the mode is what was asked for`() {
        var settings = IngressSettings()
        #expect(settings.pathTreatment(path: "/a") == .unchanged)
        #expect(!settings.requiresRegularExpressions(path: "/a"))
        settings.usesRegularExpressions = true
        #expect(settings.requiresRegularExpressions(path: "/a"))
    }

    @Test func `Affinity stands on that of the class`() {
        let inherited = SessionAffinity(cookieName: "class", maximumAgeSeconds: 60)
        var settings = AffinitySettings()
        #expect(settings.resolved(classAffinity: nil) == nil)
        #expect(settings.resolved(classAffinity: inherited) == inherited)
        settings.cookieName = "own"
        #expect(settings.resolved(classAffinity: nil) == nil)
        #expect(
            settings.resolved(classAffinity: inherited)
                == SessionAffinity(cookieName: "own", maximumAgeSeconds: 60))
        settings.kind = AffinitySettings.Kind.none
        #expect(settings.resolved(classAffinity: inherited) == nil)
        settings.kind = .cookie
        settings.cookieName = nil
        #expect(settings.resolved(classAffinity: nil) == SessionAffinity(cookieName: "headgate-affinity"))
    }
}
