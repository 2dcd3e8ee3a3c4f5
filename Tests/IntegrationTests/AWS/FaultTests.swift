import Foundation
import ProvisioningTesting
import Synchronization
import Testing

extension OnAWS {
    /// On the strict AWS, which can be made to fail.
    @Suite("Failures of AWS")
    struct FaultTests {
        private static let operations = [
            "DescribeRules", "CreateSecurityGroup", "ImportCertificate", "CreateLoadBalancer", "CreateTargetGroup",
            "RegisterTargets", "CreateListener", "AddListenerCertificates", "CreateRule",
        ]

        /// What an account holds in which nothing failed.
        private func undisturbed(_ site: SampleSite) async throws -> [String] {
            let lines = Lines()
            try await Desk.running(.strict) { desk in
                try await desk.apply(site)
                lines.set(try await desk.account.inventory())
            }
            return lines.get()
        }

        @Test(
            "Throttling and a service that is unavailable are sat out, and nothing is made twice",
            arguments: [
                (AWSFault.Effect.throttling, AWSFault.Moment.before), (.unavailable, .before), (.unavailable, .after),
            ])
        func satOut(_ effect: AWSFault.Effect, _ moment: AWSFault.Moment) async throws {
            let site = try SampleSite()
            let expected = try await undisturbed(site)
            try await Desk.running(.strict) { desk in
                let cloud = try #require(desk.account.cloud)
                for operation in Self.operations { cloud.inject(AWSFault(effect, moment, operation: operation)) }
                try await desk.apply(site)
                let failed = cloud.calls.filter { $0.errorCode != nil }.map(\.operation)
                #expect(Set(failed).isSuperset(of: Self.operations), "each has struck")
                #expect(try await desk.account.inventory() == expected)
                try await desk.expect([], applying: site)
            }
        }

        @Test("Reads that lag behind writes are waited for, and nothing is made twice")
        func laggingReads() async throws {
            let site = try SampleSite()
            let expected = try await undisturbed(site)
            try await Desk.running(.strict) { desk in
                let cloud = try #require(desk.account.cloud)
                cloud.settings.readsBehindWrites = 3
                try desk.write(site)
                // A run may end with what it could not see yet; the next one goes on from there.
                for _ in 1...5 where try await desk.plan().status == 2 {
                    let done = try await desk.headgate("apply", "-f", desk.manifests, "--yes")
                    #expect(done.status == 0 || done.output.contains("Run again"), "\(done.output)\(done.errors)")
                }
                #expect(try await desk.plan().status == 0)
                #expect(try await desk.account.inventory() == expected)
            }
        }

        @Test("Credentials that have expired end in an error that says so and what to do")
        func expiredCredentials() async throws {
            try await Desk.running(.strict) { desk in
                let cloud = try #require(desk.account.cloud)
                try desk.write(try SampleSite())
                for key in cloud.settings.credentials.keys { cloud.settings.credentials[key]?.isExpired = true }
                let done = try await desk.headgate("apply", "-f", desk.manifests, "--yes")
                #expect(done.status == 1)
                #expect(done.errors.contains("expired"), "\(done.errors)")
                #expect(done.errors.contains("renew"), "\(done.errors)")
                #expect(desk.proxy.writes == [])
            }
        }

        @Test("Credentials that expire on the way leave what is done, and the next run goes on")
        func expiringCredentials() async throws {
            let site = try SampleSite()
            let expected = try await undisturbed(site)
            try await Desk.running(.strict) { desk in
                let cloud = try #require(desk.account.cloud)
                try desk.write(site)
                cloud.inject(AWSFault(.expiredCredentials, writesOnly: true, skipping: 6, times: 1000))
                let done = try await desk.headgate("apply", "-f", desk.manifests, "--yes")
                #expect(done.status == 1)
                #expect((done.output + done.errors).contains("renew"), "\(done.output)")
                #expect(done.output.contains("Run again"))
                cloud.clearFaults()
                try await desk.apply(site)
                #expect(try await desk.account.inventory() == expected)
            }
        }
    }
}

/// Lines that one task writes and another reads.
private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])

    func set(_ lines: [String]) { self.lines.withLock { $0 = lines } }
    func get() -> [String] { lines.withLock { $0 } }
}
