import LoadBalancerModel
import ProviderHTTP
import Provisioning
import ProvisioningTesting
import Testing

/// Finer than the conformance suite, whose deaths lie between steps: a step may be several calls.
@Suite("A process that dies at any call that writes", .timeLimit(.minutes(10)))
struct CrashTests {
    enum Transition: CaseIterable {
        case create, update, replacement, renewal, delete
    }

    private let plans: ConformancePlans
    private let renewed: LoadBalancerPlan
    private let assets: PlanAssets

    init() throws {
        let old = try TestCertificate("shop.example.com", secret: "test/shop-tls")
        let new = try TestCertificate("shop.example.com", secret: "test/shop-tls")
        assets = PlanAssets(certificates: [
            old.reference.fingerprint: old.material, new.reference.fingerprint: new.material,
        ])
        plans = .aws(certificate: old.reference)
        renewed = ConformancePlans.aws(certificate: new.reference).base
    }

    @Test(
        "The next one gets to where it would have got", arguments: Transition.allCases,
        [AWSFault.Moment.before, .after])
    func converges(_ transition: Transition, _ moment: AWSFault.Moment) async throws {
        let undisturbed = try await prepared(transition)
        try await go(transition, on: undisturbed)
        let expected = AccountInventory(undisturbed.cloud.world).lines
        let count = undisturbed.cloud.writes.count
        #expect(count > 0)
        for number in 1...count {
            let aws = try await prepared(transition)
            let crash = Counter()
            aws.cloud.inject(.crash(atWrite: number, moment) { _ = crash.next() })
            try? await go(transition, on: aws)
            #expect(crash.value == 1, "write \(number) of \(count) wasn't reached")
            aws.cloud.resume()
            try await go(transition, on: aws)
            #expect(AccountInventory(aws.cloud.world).lines == expected, "after it died at write \(number)")
            aws.cloud.forgetCalls()
            try await go(transition, on: aws)
            #expect(aws.writes == [], "nothing is left to do after it died at write \(number)")
        }
    }

    private func prepared(_ transition: Transition) async throws -> StrictAWS {
        let aws = StrictAWS()
        if transition != .create {
            try await aws.apply(plans.base, assets: assets)
            aws.cloud.forgetCalls()
        }
        return aws
    }

    private func go(_ transition: Transition, on aws: StrictAWS) async throws {
        let plan: LoadBalancerPlan? =
            switch transition {
            case .create: plans.base
            case .update: plans.updated
            case .replacement: plans.replaced
            case .renewal: renewed
            case .delete: nil
            }
        // A process that dies doesn't try again.
        let engine = ProvisioningEngine(provider: try aws.provider(retry: .never))
        let proposal =
            if let plan { try await engine.propose(plan) } else {
                try await engine.proposeDestruction(of: plans.owner)
            }
        _ = try await engine.execute(proposal, assets: assets, options: aws.options)
    }
}
