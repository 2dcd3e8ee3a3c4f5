import Foundation
import ProvisioningTesting
import Testing

extension OnAWS {
    @Suite("Killed at any call that writes, on a strict AWS")
    struct StrictDeathTests {
        private let manifests: TransitionManifests

        init() throws {
            manifests = try TransitionManifests(renewing: true)
        }

        @Test(
            "The next run gets to where it would have got, with no orphan and no duplicate",
            arguments: Transition.allCases, [AWSFault.Moment.before, .after])
        func converges(_ transition: Transition, _ moment: AWSFault.Moment) async throws {
            let manifests = manifests
            try await StandInAccount.running(.strict) { account in
                let cloud = try #require(account.cloud)
                for earlier in transition.earlier {
                    try await expectSuccess(manifests.arguments(of: earlier), on: account.upstream)
                }
                let start = cloud.world
                cloud.forgetCalls()
                try await expectSuccess(manifests.arguments(of: transition), on: account.upstream)
                let expected = AccountInventory(cloud.world).lines
                #expect(expected != AccountInventory(start).lines)
                let writes = cloud.writes.map(\.operation)
                #expect(transition.operations.isSubset(of: writes), "\(writes)")
                let count = writes.count
                try await concurrently(1...count) { number in
                    let cloud = SimulatedAWS(world: start, settings: .prompt)
                    try await kill(transition, on: cloud, atWrite: number, moment)
                    try await AWSTestServer.running(cloud) { server in
                        try await expectSuccess(manifests.arguments(of: transition), on: server.endpoint)
                        #expect(
                            AccountInventory(cloud.world).lines == expected,
                            "after it was killed at write \(number) of \(count)")
                        cloud.forgetCalls()
                        try await expectSuccess(manifests.arguments(of: transition), on: server.endpoint)
                        #expect(
                            cloud.writes.map(\.operation) == [],
                            "nothing is left to do after it was killed at write \(number) of \(count)")
                    }
                    #expect(cloud.violations.isEmpty, "calls must be as the service models say")
                }
            }
        }

        /// Runs headgate until its n-th call that writes. What it may still have sent by then is over at the end.
        private func kill(
            _ transition: Transition, on cloud: SimulatedAWS, atWrite number: Int, _ moment: AWSFault.Moment
        ) async throws {
            let doomed = AwaitedProcess()
            cloud.inject(.crash(atWrite: number, moment) { doomed.signal(SIGKILL) })
            let arguments = manifests.arguments(of: transition)
            try await AWSTestServer.running(cloud) { server in
                let child = try StandInAccount.start(arguments, endpoint: server.endpoint)
                doomed.name(child)
                #expect(
                    try await child.exitStatus() == 128 + SIGKILL, "write \(number) wasn't reached: \(child.outputText)"
                )
            }
            cloud.resume()
        }
    }
}

/// Runs headgate, and expects that all is done.
private func expectSuccess(_ arguments: [String], on endpoint: String) async throws {
    let child = try StandInAccount.start(arguments, endpoint: endpoint)
    #expect(try await child.exitStatus() == 0, "\(child.outputText.suffix(3000))\(child.errorText)")
}
