import LoadBalancerModel
import Provisioning
import Testing

@testable import HeadgateCLI

@Suite("What differs between two configurations of an engine")
struct ConfigurationDifferenceTests {
    private static let base: LoadBalancerPlan = {
        var plan = LoadBalancerPlan.fixed([("a", "/", "a"), ("b", "/", "b"), ("c", "/", "c")])
        plan.pools = ["one", "two"].map {
            BackendPool(name: $0, targets: [Target(address: "10.0.0.1", port: 8080)])
        }
        plan.certificates = [
            CertificateReference(fingerprint: "f", secret: "shop/tls", hosts: ["a"], notAfter: "2030-01-01T00:00:00Z")
        ]
        plan.staticSites = [StaticSite(name: "shop/site", files: [])]
        return plan
    }()

    /// Each of them changes a part of the plan, and the paths tell which.
    private static let changes: [(paths: [String], change: @Sendable (inout LoadBalancerPlan) -> Void)] = [
        ([], { _ in }),
        (["routes[b.example.com Prefix /].action.response.body"], { $0.routes[1] = fixed("b", "other") }),
        (["routes[b.example.com Prefix /]"], { $0.routes.remove(at: 1) }),
        (["routes[d.example.com Prefix /]"], { $0.routes.append(fixed("d", "d")) }),
        (["order of routes"], { $0.routes.swapAt(0, 2) }),
        (["pools[one].targets[10.0.0.1:8080].weight"], { $0.pools[0].targets[0].weight = 2 }),
        (["plan"], { $0.pools.swapAt(0, 1) }),
        (["certificates[shop/tls].notAfter"], { $0.certificates[0].notAfter = "2031-01-01T00:00:00Z" }),
        (["staticSites[shop/site].indexDocument"], { $0.staticSites[0].indexDocument = "home.html" }),
        (["attributes.mergeSlashes"], { $0.attributes.mergeSlashes = false }),
        (["listeners[http].port"], { $0.listeners[0].port = 81 }),
        (["name"], { $0.name = "other" }),
        (["scheme"], { $0.scheme = .internal }),
    ]

    private static func fixed(_ host: String, _ body: String) -> Route {
        LoadBalancerPlan.fixed([(host, "/", body)]).routes[0]
    }

    private func details(
        to plan: LoadBalancerPlan, chains: [String: String] = [:]
    ) -> [ConfigurationDifference.Detail] {
        ConfigurationDifference(
            from: .init(plan: Self.base, chains: ["f": "chain"]),
            to: .init(plan: plan, chains: ["f": "chain"].merging(chains) { $1 })
        ).details
    }

    @Test("Each part is named by what changed in it", arguments: changes.indices)
    func parts(index: Int) {
        let (paths, change) = Self.changes[index]
        var plan = Self.base
        change(&plan)
        let details = details(to: plan)
        #expect(details.map(\.path) == paths)
        #expect(details.allSatisfy { $0.before != $0.after })
    }

    @Test("Other intermediates under the same certificate are a difference that shows none of them")
    func chains() throws {
        let detail = try #require(details(to: Self.base, chains: ["f": "renewed"]).first)
        #expect(detail.path == "certificates[shop/tls].chain")
        #expect(detail.after == .string("other intermediates"))
    }
}
