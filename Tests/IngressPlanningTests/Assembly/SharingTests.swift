import Foundation
import KubernetesModel
import LoadBalancerModel
import Testing

@testable import IngressPlanning

@Suite struct SharingTests {
    private static let services = [Manifests.service("shop/web"), Manifests.service("app/web")]

    private static func ingress(_ name: String, group: String? = nil) -> String {
        Manifests.ingress(
            name, annotations: group.map { ["headgate.dev/group": $0] } ?? [:],
            rules: [("\(name.replacingOccurrences(of: "/", with: ".")).example", ["Prefix / web:80"])])
    }

    @Test(arguments: [
        ("{sharing: {mode: class}}", ["": ["app/a", "shop/a", "shop/b"]]),
        ("{}", ["": ["app/a", "shop/a", "shop/b"]]),
        ("{sharing: {mode: namespace}}", ["namespace/app": ["app/a"], "namespace/shop": ["shop/a", "shop/b"]]),
        (
            "{sharing: {mode: ingress}}",
            ["ingress/app/a": ["app/a"], "ingress/shop/a": ["shop/a"], "ingress/shop/b": ["shop/b"]]
        ),
        ("{sharing: {mode: group, group: edge}}", ["group/edge": ["app/a", "shop/a", "shop/b"]]),
    ])
    func `Ingresses share a load balancer per class, namespace, Ingress or group`(
        spec: String, groups: [String: [String]]
    ) throws {
        let planned = try Planned(
            [Manifests.ingressClass(spec: spec)] + Self.services
                + [Self.ingress("shop/b"), Self.ingress("shop/a"), Self.ingress("app/a")])
        let found = planned.result.plans.map { plan in
            (plan.identity.group, (planned.result.members[plan.name] ?? []).map(\.description))
        }
        #expect(Dictionary(uniqueKeysWithValues: found) == groups)
        #expect(Set(planned.result.plans.map(\.name)).count == groups.count)
        #expect(Set(planned.result.assets.keys) == Set(planned.result.plans.map(\.name)))
        for plan in planned.result.plans {
            #expect(
                Set(plan.routes.compactMap(\.ingress))
                    == Set(planned.result.members[plan.name, default: []].map(\.description)))
        }
    }

    @Test func `An annotation chooses the group where the class shares by group`() throws {
        let ingresses = [Self.ingress("shop/a", group: "blue"), Self.ingress("shop/b")]
        let planned = try Planned(
            [Manifests.ingressClass(spec: "{sharing: {mode: group, group: edge}}")] + Self.services + ingresses)
        #expect(planned.result.plans.map(\.identity.group).sorted() == ["group/blue", "group/edge"])
        let ignored = try Planned([Manifests.ingressClass()] + Self.services + ingresses)
        #expect(ignored.findings.map { $0.split(separator: " ")[1] } == ["GroupIgnored"])
        #expect(ignored.result.plans.count == 1)
    }

    @Test func `Classes never share`() throws {
        let planned = try Planned(
            [Manifests.ingressClass("a", isDefault: false), Manifests.ingressClass("b", isDefault: false)]
                + Self.services + [
                    Manifests.ingress("shop/a", className: "a", defaultBackend: "web:80"),
                    Manifests.ingress("shop/b", className: "b", defaultBackend: "web:80"),
                ])
        #expect(planned.result.plans.map(\.identity.ingressClass).sorted() == ["a", "b"])
        #expect(planned.findings.isEmpty)
    }

    @Test func `An Ingress with errors is a member all the same`() throws {
        let planned = try Planned([
            Manifests.ingressClass(), Manifests.ingress("shop/a", defaultBackend: "missing:80"),
        ])
        #expect(planned.result.members.values.flatMap(\.self).map(\.description) == ["shop/a"])
    }

    @Test func `A class without Ingresses has no load balancer`() throws {
        #expect(try Planned([Manifests.ingressClass()]).result.plans.isEmpty)
    }

    // MARK: Names

    @Test func `The cluster is the operator's name, else the UID of kube-system, else local`() throws {
        let system = """
            apiVersion: v1
            kind: Namespace
            metadata: {name: kube-system, uid: 6a1b}
            """
        let base = [Manifests.ingressClass()] + Self.services + [Self.ingress("shop/a")]
        #expect(try Planned(base).plan().identity.cluster == "local")
        #expect(try Planned(base + [system]).plan().identity.cluster == "6a1b")
        #expect(try Planned(base + [system]) { $0.clusterName = "prod" }.plan().identity.cluster == "prod")
    }

    @Test(arguments: [
        (LoadBalancerIdentity(cluster: "local", ingressClass: "public"), "hg-public-"),
        (LoadBalancerIdentity(cluster: "local", ingressClass: ""), "hg-default-"),
        (LoadBalancerIdentity(cluster: "local", ingressClass: "Edge.Example.com"), "hg-edge-example-com-"),
        (
            LoadBalancerIdentity(cluster: "local", ingressClass: "a", group: "ingress/shop/a-very-long-name"),
            "hg-a-ingress-shop-a-ver-"
        ),
        (
            LoadBalancerIdentity(cluster: "local", ingressClass: String(repeating: "x", count: 60)),
            "hg-xxxxxxxxxxxxxxxxxxxx-"
        ),
        (LoadBalancerIdentity(cluster: "local", ingressClass: "a.....................b"), "hg-a-b-"),
    ])
    func `A name says what it is of, and is short`(identity: LoadBalancerIdentity, prefix: String) {
        let name = identity.loadBalancerName
        #expect(name.hasPrefix(prefix))
        #expect(name.utf8.count <= 32)
        #expect(name.utf8.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789-".utf8.contains($0) })
        #expect(!name.contains("--"))
    }

    @Test func `A name is that of one identity and stays the same`() {
        let identity = LoadBalancerIdentity(cluster: "local", ingressClass: "public", group: "namespace/shop")
        var others = [identity, identity, identity]
        others[0].cluster = "other"
        others[1].ingressClass = "public-"
        others[2].group = "namespace-shop"
        #expect(!others.map(\.loadBalancerName).contains(identity.loadBalancerName))
        #expect(identity.loadBalancerName == "hg-public-namespace-sho-72a8b11c")
    }
}

extension SharingTests {
    private static let long = String(repeating: "n", count: 40)

    @Test(arguments: [
        ("public", "", []),
        ("public", "namespace/app", []),
        ("public", "namespace/\(long)", ["\(long)/front"]),
        ("public", "ingress/\(long)/front", ["\(long)/front"]),
        ("public", "group/edge", []),
        ("", "", []),
    ])
    func `The class that a load balancer is of can be told from its name and its Ingresses`(
        ingressClass: String, group: String, ingresses: [String]
    ) {
        let identity = LoadBalancerIdentity(cluster: "prod", ingressClass: ingressClass, group: group)
        func told(cluster: String = "prod", classes: [String]) -> LoadBalancerIdentity? {
            LoadBalancerIdentity(
                ofLoadBalancer: identity.loadBalancerName, cluster: cluster, classes: classes, ingresses: ingresses)
        }
        #expect(told(classes: ["internal", ingressClass]) == identity)
        #expect(told(classes: ["internal", "pub", "public-namespace"]) == nil)
        #expect(told(cluster: "local", classes: [ingressClass]) == nil)
    }

    @Test func `A class that can't be told from a name that was cut short stays unknown`() {
        let identity = LoadBalancerIdentity(
            cluster: "prod", ingressClass: "public", group: "group/\(Self.long)")
        #expect(
            LoadBalancerIdentity(
                ofLoadBalancer: identity.loadBalancerName, cluster: "prod", classes: ["public"],
                ingresses: ["shop/front"]) == nil)
    }
}
