import Foundation
import LoadBalancerModel
import Provisioning
import ProvisioningTesting
import Testing

/// How many calls each kind of change takes, as `Benchmarks/README.md` tells it. `HEADGATE_RECORD=1` writes the table
/// anew; a run that writes fails.
@Suite("The table of calls", .serialized)
struct CallTableTests {
    private static let file = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Benchmarks/README.md")

    /// What a kind of change took.
    private struct Row {
        var kind: String
        /// Those that look up and compare, as a dry run makes them.
        var proposing: Int
        /// Those that read in the course of the execution.
        var executing: Int
        var writes: [String]

        var markdown: String {
            let counts = Dictionary(grouping: writes, by: \.self).mapValues(\.count).sorted { $0.key < $1.key }
            let list = counts.map { $0.value == 1 ? $0.key : "\($0.value) \($0.key)" }.joined(separator: ", ")
            return "| \(kind) | \(proposing) | \(executing) | \(writes.count) | \(list) |\n"
        }
    }

    private static let hosts = 24
    private static let pools = 30

    /// A load balancer of 96 rules over two listeners, 30 target groups and a certificate from a Secret.
    private static func plan(
        _ certificate: CertificateReference, targets: [String: [Target]] = [:],
        _ edit: (inout [LoadBalancerPlan.SampleRoute]) -> Void = { _ in }
    ) -> LoadBalancerPlan {
        var routes = (0..<hosts).flatMap { host in
            [
                LoadBalancerPlan.SampleRoute("shop-\(host + 10)", "/api", "pool-\((2 * host + 1) % pools + 10)"),
                LoadBalancerPlan.SampleRoute("shop-\(host + 10)", "/", "pool-\(2 * host % pools + 10)"),
            ]
        }
        edit(&routes)
        return .sample(routes, certificate: certificate, targets: targets)
    }

    /// What carrying out `plan` takes in an account that is as `world`; without a plan, what destroying takes.
    ///
    /// - Parameter first: a plan that was looked up before in the same round.
    private static func row(
        _ kind: String, in world: AWSWorld, _ plan: LoadBalancerPlan?, _ assets: PlanAssets,
        after first: LoadBalancerPlan? = nil
    ) async throws -> Row {
        let aws = StrictAWS(world: world)
        aws.cloud.finishProvisioning()
        let engine = ProvisioningEngine(provider: try aws.provider())
        let owner = Owner(cluster: "test", loadBalancer: "sample")
        let round = ProposalRound()
        if let first {
            _ = try await engine.propose(first, in: round)
            aws.cloud.forgetCalls()
        }
        let proposal =
            if let plan {
                try await engine.propose(plan, in: round)
            } else {
                try await engine.proposeDestruction(of: owner, in: round)
            }
        let proposing = aws.cloud.calls
        try #require(proposing.allSatisfy { !$0.isWrite })
        let report = try await engine.execute(proposal, assets: assets, options: aws.options)
        try #require(report.isComplete, "\(kind): \(report.failures)")
        let calls = aws.cloud.calls
        try #require(aws.cloud.violations.isEmpty, "\(kind): \(aws.cloud.violations)")
        let writes = calls.filter(\.isWrite).map(\.operation)
        return Row(
            kind: kind, proposing: proposing.count, executing: calls.count - proposing.count - writes.count,
            writes: writes)
    }

    private static func rows() async throws -> [Row] {
        let hosts = "*.example.com"
        let old = try TestCertificate(hosts, secret: "test/shop-tls")
        let new = try TestCertificate(hosts, secret: "test/shop-tls")
        let assets = PlanAssets(certificates: [
            old.reference.fingerprint: old.material, new.reference.fingerprint: new.material,
        ])
        let base = plan(old.reference)
        let made = StrictAWS()
        let report = try await made.apply(base, assets: assets)
        try #require(report.isComplete, "\(report.failures)")
        let world = made.cloud.world
        let more = ["pool-12": [Target(address: "10.0.1.12", port: 8080), Target(address: "10.0.1.200", port: 8080)]]
        let changes: [(String, AWSWorld, LoadBalancerPlan?)] = [
            ("nothing", world, base),
            ("an endpoint more", world, plan(old.reference, targets: more)),
            ("a path goes to another Service", world, plan(old.reference) { $0[8].pool = "pool-10" }),
            ("a path is spelt otherwise", world, plan(old.reference) { $0[8].path = "/service" }),
            ("a path more", world, plan(old.reference) { $0.insert(.init("shop-14", "/new", "pool-10"), at: 8) }),
            ("a host more", world, plan(old.reference) { $0.append(.init("shop-99", "/", "pool-10")) }),
            (
                "a host more, with a Service of its own", world,
                plan(old.reference) { $0.append(.init("shop-99", "/", "pool-99")) }
            ),
            ("an Ingress less", world, plan(old.reference) { $0.removeAll { $0.host == "shop-33" } }),
            ("the certificate is renewed", world, plan(new.reference)),
            ("all is created", .standard(), base),
            ("all is destroyed", world, nil),
        ]
        var rows: [Row] = []
        for (kind, world, plan) in changes { rows.append(try await row(kind, in: world, plan, assets)) }
        var other = base
        other.name = "other"
        let second = try await row("nothing, after another load balancer", in: world, base, assets, after: other)
        rows.insert(second, at: 1)
        return rows
    }

    @Test("It is what the strict server counts")
    func table() async throws {
        let text = try String(contentsOf: Self.file, encoding: .utf8)
        let start = try #require(text.range(of: "<!-- calls -->\n")).upperBound
        let end = try #require(text.range(of: "<!-- end -->", range: start..<text.endIndex)).lowerBound
        let head =
            "| what has changed | reads to find out | reads while it is done | writes | which |\n"
            + "| --- | --- | --- | --- | --- |\n"
        let expected = "\n\(head)\(try await Self.rows().map(\.markdown).joined())\n"
        if ProcessInfo.processInfo.environment["HEADGATE_RECORD"] == "1" {
            try text.replacingCharacters(in: start..<end, with: expected)
                .write(to: Self.file, atomically: true, encoding: .utf8)
            Issue.record("the table of calls is recorded; run again without HEADGATE_RECORD")
            return
        }
        #expect(String(text[start..<end]) == expected, "record it with HEADGATE_RECORD=1")
    }
}
