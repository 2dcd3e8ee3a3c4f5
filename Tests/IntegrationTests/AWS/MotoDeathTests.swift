import Foundation
import ProvisioningTesting
import Testing

extension OnAWS {
    /// moto loses the tags of a certificate that is imported again, so none is renewed here; the strict AWS sees to that.
    @Suite("Killed at any call that writes, on moto")
    struct MotoDeathTests {
        private let manifests: TransitionManifests

        init() throws {
            manifests = try TransitionManifests(renewing: false)
        }

        @Test("The next run gets to where it would have got, with no orphan and no duplicate")
        func converges() async throws {
            let expected = Expectations()
            try await StandInAccount.running(.moto) { account in
                expected.note(.start, try await account.inventory())
                for transition in Transition.allCases {
                    let writes = try await run(transition, on: account)
                    #expect(transition.operations.isSubset(of: writes), "\(writes)")
                    expected.note(.after(transition), try await account.inventory(), writes: writes.count)
                }
            }
            #expect(expected.inventory(.after(.delete)) == expected.inventory(.start))
            try await concurrently(1...expected.mostWrites) { number in
                try await StandInAccount.running(.moto) { account in
                    for transition in Transition.allCases {
                        guard number <= expected.writes(of: transition) else {
                            _ = try await run(transition, on: account)
                            continue
                        }
                        try await kill(transition, on: account, atWrite: number)
                        _ = try await run(transition, on: account)
                        #expect(
                            try await account.inventory() == expected.inventory(.after(transition)),
                            "after it was killed at write \(number) of a \(transition)")
                        let writes = try await run(transition, on: account)
                        #expect(writes == [], "nothing is left to do after it was killed at write \(number)")
                    }
                }
            }
        }

        /// Runs headgate, and expects that all is done.
        ///
        /// - Returns: the calls that wrote.
        private func run(_ transition: Transition, on account: StandInAccount) async throws -> [String] {
            let arguments = manifests.arguments(of: transition)
            return try await account.proxied { proxy in
                let done = try await account.headgate(arguments, endpoint: proxy.endpoint)
                #expect(done.status == 0, "\(done.output.suffix(3000))\(done.errors)")
                return proxy.writes
            }
        }

        /// Runs headgate until its n-th call that writes has taken effect. What it may still have sent by then is over at
        /// the end.
        private func kill(_ transition: Transition, on account: StandInAccount, atWrite number: Int) async throws {
            let arguments = manifests.arguments(of: transition)
            try await account.proxied { proxy in
                let doomed = AwaitedProcess()
                proxy.meddle(withWrite: number, .crashing { doomed.signal(SIGKILL) })
                let child = try StandInAccount.start(arguments, endpoint: proxy.endpoint)
                doomed.name(child)
                #expect(
                    try await child.exitStatus() == 128 + SIGKILL, "write \(number) wasn't reached: \(child.outputText)"
                )
            }
        }
    }
}
