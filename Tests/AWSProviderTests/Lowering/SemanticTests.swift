import AWSProvider
import Foundation
import LoadBalancerModel
import Provisioning
import ProvisioningTesting
import Routing
import Testing

/// Holds lowered rules against the meaning of the plan's routes.
@Suite("The meaning of lowered rules")
struct SemanticTests {
    /// The seeded number in CI; `AWS_SEMANTIC_PLANS` asks for more.
    private static let planCount =
        ProcessInfo.processInfo.environment["AWS_SEMANTIC_PLANS"].flatMap { Int($0) } ?? 500

    @Test("No difference of a random plan goes unnamed")
    func randomPlans() throws {
        var random = SeededRandom(0xA15)
        var requests = 0
        var failures = 0
        for number in 0..<Self.planCount {
            var manifests = RandomManifests(&random)
            for plan in manifests.plans(&random) {
                var environment = AWSEnvironment.standard
                // Where rules run short wildcard hosts take another form, and then Ingresses are left out.
                environment.quotas.rulesPerLoadBalancer = random.pick([100, 100, 40, 20])
                let check = try SemanticCheck(plan, in: environment)
                let violations = RuleLimits.violations(check.lowering.graph)
                #expect(violations.isEmpty, "plan \(number), \(random): \(violations)\n\(manifests.yaml)")
                for _ in 0..<30 {
                    let request = manifests.request(&random)
                    requests += 1
                    let differences = check.differences(request)
                    guard differences.isEmpty else {
                        Issue.record("plan \(number), \(random): \(differences[0])\n\(manifests.yaml)")
                        failures += 1
                        if failures > 5 { return }
                        break
                    }
                }
            }
        }
        #expect(requests >= Self.planCount * 20, "\(random)")
    }

    // MARK: Reference cases

    struct PathCases: Decodable {
        struct Path: Decodable {
            var pathType: String
            var path: String
        }

        struct Case: Decodable {
            var paths: [Path]
            var request: String
            var matches: Int?
            var why: String
        }

        var cases: [Case]
    }

    struct HostCases: Decodable {
        struct Case: Decodable {
            var hosts: [String?]
            var requestHost: String
            var matches: Int?
            var why: String
        }

        var cases: [Case]
    }

    private static func cases<Cases: Decodable>(_ name: String) throws -> Cases {
        let file = Manifests.root.appending(path: "Tests/RoutingTests/Fixtures/\(name).json")
        return try JSONDecoder().decode(Cases.self, from: Data(contentsOf: file))
    }

    @Test("Every reference case of paths holds")
    func paths() throws {
        let cases: PathCases = try Self.cases("path-matching")
        #expect(cases.cases.count > 20)
        for reference in cases.cases {
            let paths = reference.paths.enumerated().map { index, path in
                "    - {path: \(Self.quoted(path.path)), pathType: \(path.pathType), backend: {service: {name: s\(index), port: {number: 80}}}}"
            }
            let yaml =
                Self.ingress(
                    "  rules:\n  - host: foo.com\n    http:\n      paths:\n" + paths.map { "  \($0)\n" }.joined())
                + reference.paths.indices.map { Manifests.service("s\($0)", $0) }.joined()
            try hold(
                yaml, ALBRequest(host: "foo.com", target: reference.request), winner: reference.matches, reference.why)
        }
    }

    @Test("Every reference case of hosts holds")
    func hosts() throws {
        let cases: HostCases = try Self.cases("host-matching")
        #expect(cases.cases.count > 8)
        for reference in cases.cases {
            let rules = reference.hosts.enumerated().map { index, host in
                "  - \(host.map { "host: \(Self.quoted($0))\n    " } ?? "")http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: s\(index), port: {number: 80}}}}]}\n"
            }
            let yaml =
                Self.ingress("  rules:\n" + rules.joined())
                + reference.hosts.indices.map { Manifests.service("s\($0)", $0) }.joined()
            try hold(
                yaml, ALBRequest(host: reference.requestHost, target: "/"), winner: reference.matches, reference.why)
        }
    }

    private static func ingress(_ spec: String) -> String {
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: front, namespace: shop}\nspec:\n\(spec)"
    }

    private static func quoted(_ text: String) -> String { "\"\(text.replacing("\\", with: "\\\\"))\"" }

    private func hold(_ yaml: String, _ request: ALBRequest, winner: Int?, _ why: String) throws {
        let plans = Manifests.plans(yaml)
        let plan = try #require(plans.first, "\(yaml)")
        let check = try SemanticCheck(plan)
        #expect(check.differences(request).isEmpty, "\(why)")
        // Where AWS's treatment is known the winner must be the reference's.
        let path = Array(request.path.utf8)
        guard PathNormalizer.isNormal(path.span), !request.path.contains("%"), !request.host.contains(".:"),
            !request.host.hasSuffix(".")
        else { return }
        let listener = try #require(LoweredListener.all(check.lowering).first)
        let expected: ALBActionModel = winner.map { .forward(["shop.s\($0).80": 1]) } ?? .fixedResponse(status: 404)
        #expect(listener.answers(to: request).map(\.action) == [expected], "\(why): \(request)")
    }

    // MARK: Examples

    private static let examples: [String] = {
        func subdirectories(_ path: String) -> [String] {
            let names = try? FileManager.default.contentsOfDirectory(atPath: Manifests.root.appending(path: path).path)
            return (names ?? []).sorted().map { "\(path)/\($0)" }
        }
        let docs = "examples/kubernetes-docs"
        return subdirectories("examples").filter { $0 != docs } + subdirectories(docs)
    }()

    @Test("Every example is lowered with its meaning", arguments: examples)
    func example(directory: String) throws {
        let plans = Manifests.plans(directory: directory)
        #expect(!plans.isEmpty, "\(directory)")
        for plan in plans {
            let check = try SemanticCheck(plan)
            for request in Self.requests(for: plan) {
                #expect(check.differences(request).isEmpty, "\(request)")
            }
        }
    }

    /// Requests at and around every path of a plan, for its hosts and others.
    private static func requests(for plan: LoadBalancerPlan) -> [ALBRequest] {
        let hosts = Set(plan.routes.compactMap(\.match.host)).flatMap { host in
            host.hasPrefix("*.")
                ? ["x\(host.dropFirst())", "x.y\(host.dropFirst())", String(host.dropFirst(2))] : [host, "x.\(host)"]
        }
        let paths = Set(plan.routes.map { $0.match.path.value.prefix { !"(|$[".contains($0) } }).flatMap { path in
            ["/", "\(path)", "\(path)/", "\(path)/x/y", "\(path)x", "\(path)?q=1"].filter { $0.hasPrefix("/") }
        }
        return (hosts + ["other.test"]).flatMap { host in paths.map { ALBRequest(host: host, target: $0) } }
    }
}
