import Foundation
import LoadBalancerModel
import Testing
import X509

@testable import IngressPlanning
@testable import KubernetesModel

@Suite struct DeterminismTests {
    /// A cluster with something of everything.
    private static func objects() throws -> [AnyKubernetesObject] {
        let authority = try TestAuthority()
        let secrets = try ["a.example", "*.example", "b.example", "a.example"].enumerated().map { index, host in
            AnyKubernetesObject.secret(try authority.issue(hosts: host).secret("tls-\(index)"))
        }
        let manifests = [
            Manifests.ingressClass(
                spec: "{sharing: {mode: namespace}, redirectToHTTPS: true, tags: {a: '1', b: '2', c: '3'}}"),
            Manifests.ingressClass("second", isDefault: false),
            Manifests.ingressClass("foreign", controller: "x/y", isDefault: false),
            Manifests.service("shop/a", endpoints: ["10.0.0.3", "10.0.0.1", "10.0.0.2"]), Manifests.service("shop/b"),
            Manifests.service("app/a"),
            """
            apiVersion: headgate.dev/v1alpha1
            kind: StaticSite
            metadata: {name: docs, namespace: shop}
            spec: {configMaps: [{name: files}]}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: files, namespace: shop}
            data: {index.html: hello, b.txt: b, c.txt: c, d.css: d}
            """,
            Manifests.ingress(
                "shop/one", rules: [("a.example", ["Prefix / a:80", "Prefix /p b:80", "Exact /p missing:80"])],
                defaultBackend: "b:80", tls: ["{hosts: [a.example]}", "{secretName: tls-2}"]),
            Manifests.ingress(
                "shop/two", rules: [("a.example", ["Prefix / b:80"]), ("", ["Prefix /x StaticSite/docs"])]),
            Manifests.ingress(
                "shop/three", annotations: ["headgate.dev/use-regex": "true", "headgate.dev/unknown": "x"],
                rules: [("b.example", ["ImplementationSpecific /.* a:80", "Prefix /z b:81"])], defaultBackend: "a:80"),
            Manifests.ingress("app/four", rules: [("a.example", ["Prefix / a:80"])]),
            Manifests.ingress("app/five", className: "second", rules: [("*.example", ["Prefix / a:80"])]),
            Manifests.ingress("app/six", className: "foreign", defaultBackend: "a:80"),
        ]
        return try Planned.objects(manifests) + secrets
    }

    private static func encoded(_ objects: [AnyKubernetesObject]) throws -> Data {
        let planner = IngressPlanner(options: PlannerOptions(fromFiles: true, now: TestClock.now))
        let result = planner.plan(ClusterSnapshot(objects))
        var data = try PlanEncoding.encode(result.plans)
        data += try PlanEncoding.encode(result.diagnostics)
        let merged = PlanMerging.merge(result.plans)
        data += try PlanEncoding.encode(merged.plan)
        data += try PlanEncoding.encode(merged.diagnostics)
        #expect(result.plans.count == 3)
        #expect(result.plans.allSatisfy { $0.validate().isEmpty })
        #expect(merged.plan.validate().isEmpty)
        return data
    }

    @Test func `The same snapshot gives the same bytes, whatever the order of its objects`() throws {
        let objects = try Self.objects()
        let expected = try Self.encoded(objects)
        #expect(try Self.encoded(objects.reversed()) == expected)
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<10 {
            #expect(try Self.encoded(objects.shuffled(using: &generator)) == expected)
        }
    }

    @Test func `Planning twice with one planner gives the same`() throws {
        let snapshot = ClusterSnapshot(try Self.objects())
        let planner = IngressPlanner(options: PlannerOptions(now: TestClock.now))
        let first = planner.plan(snapshot)
        let second = planner.plan(snapshot, memory: first.memory)
        #expect(first.plans.flatMap { $0.validate() }.isEmpty)
        #expect(first.plans == second.plans)
        #expect(first.assets == second.assets)
        #expect(first.members == second.members)
        #expect(first.diagnostics == second.diagnostics)
        #expect(first.memory == second.memory)
    }

    @Test func `Thousands of Ingresses on one load balancer are planned`() throws {
        var objects = try Planned.objects([Manifests.ingressClass(), Manifests.service("shop/web")])
        let path = IngressPath(
            path: "/", pathType: .prefix, backend: .service(name: "web", port: .number(80)))
        for index in 0..<5000 {
            objects.append(
                .ingress(
                    Ingress(
                        metadata: ObjectMeta(name: "web-\(index)", namespace: "shop"),
                        spec: IngressSpec(
                            defaultBackend: .service(name: "web", port: .number(80)),
                            rules: [
                                IngressRule(host: "h\(index).example", paths: [path]),
                                IngressRule(
                                    host: "shared.example",
                                    paths: [IngressPath(path: "/\(index)", pathType: .prefix, backend: path.backend)]),
                            ]))))
        }
        let result = IngressPlanner(options: PlannerOptions(now: TestClock.now)).plan(ClusterSnapshot(objects))
        let plan = try #require(result.plans.first)
        #expect(plan.validate().isEmpty)
        #expect(plan.routes.filter { $0.match.path.kind == .prefix }.count == 10_000)
        #expect(plan.pools.count == 1)
    }
}
