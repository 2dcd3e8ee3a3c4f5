import Foundation
import LoadBalancerModel
import Provisioning
import ProvisioningTesting
import Testing

@testable import AWSProvider

/// Ingresses that share a load balancer, of which some are left out while others come, change and go.
@Suite("Ingresses that are left out beside others", .timeLimit(.minutes(30)))
struct QuarantineWalkTests {
    /// The seeded number in CI; `AWS_QUARANTINE_WALKS` asks for more.
    private static let count =
        ProcessInfo.processInfo.environment["AWS_QUARANTINE_WALKS"].flatMap { Int($0) } ?? 20

    private static let requests = [
        "a.example.com", "b.example.com", "n.example.com", "x.a.example.com", "y.a.example.com", "q.x.a.example.com",
        "o.example.org", "zz.example.net", "t.n.example.com",
    ].flatMap { host in
        ["/", "/a", "/a/b", "/a/b/c", "/ab", "/b", "/b/z", "/c", "/c/d", "/zz"].map {
            ALBRequest(host: host, target: $0)
        }
    }

    @Test("They keep what they have, nobody loses anything to them, and once they are mended nothing is left of it")
    func walks() async throws {
        for number in 0..<Self.count {
            var random = SeededRandom(UInt64(0x0A1B + number))
            var walk = Walk(&random)
            try await walk.step("the first", random)
            for _ in 0..<2 {
                for _ in 0...random.below(2) {
                    walk.ingresses.leaveSomeOut(&random)
                    try await walk.step("with some left out", random)
                }
                walk.ingresses.mend()
                try await walk.step("mended", random)
            }
        }
    }

    /// One load balancer, and what is expected of it.
    private struct Walk {
        var ingresses: WalkIngresses
        private let aws = StrictAWS()
        private var expected: WalkExpectation?
        private var answers: [ALBRequest: String?] = [:]

        init(_ random: inout SeededRandom) {
            ingresses = WalkIngresses(&random)
        }

        /// Applies the Ingresses, and holds what each request gets against what is expected.
        mutating func step(_ title: String, _ random: SeededRandom) async throws {
            let place = Comment("\(title), \(random): \(ingresses.ingresses)")
            let proposed = try await proposal(with: aws)
            let left = Set(proposed.quarantined.map { String($0.member.dropFirst("shop/".count)) })
            #expect(left.allSatisfy { ingresses.ingresses[$0]?.fault != nil }, "\(left), \(place)")
            let report = try await execute(proposed, on: aws)
            #expect(report.isComplete, "\(report.failures), \(place)")
            let again = try await proposal(with: aws).changeSet
            #expect(again.isEmpty, "\(again.changes.filter { $0.action != .noOp }.map(\.reference)), \(place)")
            let observed = try await observation(of: aws)
            let now = WalkExpectation(ingresses.ingresses, left: left, after: expected)
            let listener = try #require(StandingListener(observed, port: 80), place)
            for request in QuarantineWalkTests.requests {
                let got = Self.service(listener.action(for: request))
                let answer = now.answer(host: request.host, path: request.path)
                let isRight =
                    answer.services.contains(got) || answer.maybeAsBefore && answers[request].map { $0 == got } ?? false
                #expect(
                    isRight,
                    "\(request.host)\(request.target): \(got ?? "404"), not \(answer.services.map { $0 ?? "404" }), \(answer.reason), \(place) \(Self.rules(observed).sorted())"
                )
                answers[request] = .some(got)
            }
            expected = now
            guard ingresses.areWhole else { return }
            // It came to the same as if nothing had ever been amiss.
            let fresh = StrictAWS()
            _ = try await execute(try await proposal(with: fresh), on: fresh)
            let (standing, wanted) = (Self.rules(observed), Self.rules(try await observation(of: fresh)))
            #expect(standing == wanted, "\(standing.symmetricDifference(wanted)), \(place)")
        }

        private func execute(
            _ proposal: Proposal<AWSResource>, on aws: StrictAWS
        ) async throws -> ExecutionReport {
            try await ProvisioningEngine(provider: try aws.provider()).execute(proposal, options: aws.options)
        }

        private func proposal(with aws: StrictAWS) async throws -> Proposal<AWSResource> {
            let yaml = ingresses.yaml
            let plan = try #require(Manifests.plans(yaml).first)
            return try await ProvisioningEngine(provider: try aws.provider()).propose(plan) { refused in
                Manifests.plans(yaml, refusing: refused).first
            }
        }

        private func observation(of aws: StrictAWS) async throws -> ObservedGraph<AWSResource> {
            let plan = try #require(Manifests.plans(ingresses.yaml).first)
            return try await aws.provider().observe(Owner(plan))
        }

        /// The Service that an action leads to; nil for 404.
        private static func service(_ action: ALBActionModel) -> String? {
            guard case .forward(let groups) = action else { return nil }
            return groups.keys.map(service).joined(separator: " ")
        }

        private static func service(_ targetGroup: String) -> String {
            String(targetGroup.dropFirst("shop.".count).prefix(2))
        }

        /// What rules do with which requests, and for whom.
        private static func rules(_ observed: ObservedGraph<AWSResource>) -> Set<String> {
            let names = Dictionary(observed.resources.map { ($0.identifier, $0.reference.name) }) { first, _ in first }
            return Set(
                observed.resources.compactMap { resource in
                    guard case .rule(let rule) = resource.resource else { return nil }
                    let groups = rule.actions[0].targetGroups.map { names[$0].map(Self.service) ?? $0 }
                    return "\(rule.conditions.map(\.values)) \(groups) \(resource.member ?? "")"
                })
        }
    }
}

extension RuleAction {
    /// The identifiers of those that it forwards to.
    fileprivate var targetGroups: [String] {
        guard case .forward(let forward) = self else { return [] }
        return forward.targetGroups.compactMap { group in
            if case .identifier(let identifier) = group.targetGroup { identifier } else { nil }
        }
    }
}
