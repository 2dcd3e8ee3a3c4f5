import Foundation
import KubernetesModel
import LoadBalancerModel
import Testing

@testable import IngressPlanning

@Suite struct ClassResolutionTests {
    private static let service = Manifests.service("shop/web")
    private static let foreign = Manifests.ingressClass("nginx", controller: "k8s.io/ingress-nginx", isDefault: false)

    private static func web(
        className: String? = nil, annotation: String? = nil
    ) -> String {
        Manifests.ingress(
            "shop/web", className: className,
            annotations: annotation.map { ["kubernetes.io/ingress.class": $0] } ?? [:], defaultBackend: "web:80")
    }

    /// A case: what is there, what the flags are, and the class that the plan is of; nil where there is none.
    struct Claim: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var classes: [String] = []
        var className: String?
        var annotation: String?
        var flag: String?
        var withoutClass = false
        var expected: String?
    }

    private static let own = Manifests.ingressClass("public", isDefault: false)

    @Test(arguments: [
        Claim(testDescription: "spec names our class", classes: [own], className: "public", expected: "public"),
        Claim(testDescription: "spec names a foreign class", classes: [own, foreign], className: "nginx"),
        Claim(testDescription: "spec names no object", classes: [own], className: "other"),
        Claim(testDescription: "the flag claims a name", className: "other", flag: "other", expected: "other"),
        Claim(
            testDescription: "the flag does not claim what an object says otherwise of", classes: [foreign],
            className: "nginx", flag: "nginx"),
        Claim(testDescription: "the flag claims no other name", className: "a", flag: "b"),
        Claim(
            testDescription: "the annotation names our class", classes: [own], annotation: "public", expected: "public"),
        Claim(testDescription: "the annotation names a foreign class", classes: [own, foreign], annotation: "nginx"),
        Claim(
            testDescription: "the annotation is claimed by the flag", annotation: "nginx", flag: "nginx",
            expected: "nginx"),
        Claim(testDescription: "no class and no default", classes: [own]),
        Claim(testDescription: "no class, claimed by flag", classes: [own], withoutClass: true, expected: ""),
        Claim(
            testDescription: "no class, claimed by flag for the class of the other flag", classes: [own],
            flag: "public",
            withoutClass: true, expected: "public"),
        Claim(
            testDescription: "no class and our default", classes: [Manifests.ingressClass("main"), own],
            expected: "main"),
        Claim(
            testDescription: "no class and a foreign default",
            classes: [own, Manifests.ingressClass("nginx", controller: "k8s.io/ingress-nginx")]),
        Claim(
            testDescription: "a foreign default wins over the flag",
            classes: [own, Manifests.ingressClass("nginx", controller: "k8s.io/ingress-nginx")], withoutClass: true),
        Claim(
            testDescription: "two defaults", classes: [Manifests.ingressClass("a"), Manifests.ingressClass("b")]),
        Claim(
            testDescription: "two defaults do not matter to who names a class",
            classes: [Manifests.ingressClass("a"), Manifests.ingressClass("b")], className: "b", expected: "b"),
    ])
    func `An Ingress is of the class that names it`(claim: Claim) throws {
        let planned = try Planned(
            claim.classes + [Self.service, Self.web(className: claim.className, annotation: claim.annotation)]
        ) {
            $0.ingressClass = claim.flag
            $0.watchIngressWithoutClass = claim.withoutClass
        }
        #expect(planned.result.plans.map(\.identity.ingressClass) == [claim.expected].compactMap(\.self))
        #expect(planned.result.members.values.flatMap(\.self).count == (claim.expected == nil ? 0 : 1))
    }

    @Test func `Two default classes are an error for those that rely on one, and for no other`() throws {
        let planned = try Planned([
            Manifests.ingressClass("a"), Manifests.ingressClass("b"), Self.service, Self.web(),
            Manifests.ingress("shop/named", className: "a", defaultBackend: "web:80"),
        ])
        #expect(planned.findings == ["error MultipleDefaultIngressClasses shop/web spec.ingressClassName"])
        #expect(planned.result.members.values.map { $0.map(\.name) } == [["named"]])
        let finding = try planned.finding("MultipleDefaultIngressClasses")
        #expect(finding.message.contains("'a' and 'b'"))
    }

    @Test(arguments: [
        (nil as String?, nil as String?, "NoIngressClass", "--watch-ingress-without-class"),
        ("nginx", nil, "ForeignIngressClass", "headgate.dev/ingress-controller"),
        ("other", nil, "IngressClassNotFound", "--ingress-class other"),
        (nil, "other", "IngressClassNotFound", "--ingress-class other"),
    ])
    func `From files, a notice says what would make an Ingress ours`(
        className: String?, annotation: String?, reason: String, remedy: String
    ) throws {
        let manifests = [Self.own, Self.foreign, Self.service, Self.web(className: className, annotation: annotation)]
        let finding = try Planned(manifests) { $0.fromFiles = true }.finding(reason)
        #expect(finding.severity == .info)
        #expect(finding.message.contains(remedy))
        #expect(finding.object == ObjectReference(kind: "Ingress", namespace: "shop", name: "web"))
        #expect(try Planned(manifests).result.diagnostics.isEmpty)
    }

    @Test func `The deprecated annotation is noticed`() throws {
        let used = try Planned([Self.own, Self.service, Self.web(annotation: "public")])
        #expect(try used.finding("DeprecatedClassAnnotation").severity == .info)
    }

    /// The API server refuses an Ingress with both, and lets one that has the annotation be given a class.
    @Test(arguments: [("public", ["public"]), ("nginx", [])])
    func `The class of spec wins over the annotation`(className: String, plans: [String]) throws {
        let objects = try Planned.objects([Self.own, Self.foreign, Self.service, Self.web(className: className)])
            .map { object in
                guard case .ingress(var ingress) = object else { return object }
                ingress.metadata.annotations["kubernetes.io/ingress.class"] = className == "public" ? "nginx" : "public"
                return .ingress(ingress)
            }
        let planned = try Planned([], objects: objects)
        #expect(planned.result.plans.map(\.identity.ingressClass) == plans)
        #expect(
            planned.findings
                == plans.map { _ in
                    "warning ClassAnnotationIgnored shop/web metadata.annotations[kubernetes.io/ingress.class]"
                })
    }

    @Test func `What is being deleted is left out`() throws {
        let deleted = Self.web().replacingOccurrences(
            of: "  namespace: shop", with: "  namespace: shop\n  deletionTimestamp: \"2026-01-01T00:00:00Z\"")
        let planned = try Planned([
            Manifests.ingressClass(), Self.service, deleted,
            Manifests.ingress("shop/kept", rules: [("a.example", ["Prefix / web:80"])]),
        ])
        #expect(planned.result.members.values.map { $0.map(\.name) } == [["kept"]])
        #expect(try planned.answer("b.example", "/") == "404")
    }
}
