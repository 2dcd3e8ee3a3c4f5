import Foundation
import ProvisioningTesting
import Testing

extension OnAWS {
    @Suite("Ctrl-C")
    struct InterruptTests {
        @Test(
            "The step in hand is finished, what is left is said, and the next run goes on", arguments: StandIn.allCases)
        func interrupted(_ standIn: StandIn) async throws {
            try await Desk.running(standIn) { desk in
                let site = try SampleSite()
                try await desk.apply(site)
                let expected = try await desk.account.inventory()
                _ = try await desk.headgate("destroy", "-f", desk.manifests, "--yes")
                desk.proxy.forgetCalls()

                let child = try await desk.interruptedApply(at: "CreateLoadBalancer")
                #expect(try await child.exitStatus() == 1, "\(child.outputText)\(child.errorText)")
                let output = child.outputText
                #expect(output.contains("✓ create load-balancer/main"), "the step in hand is finished: \(output)")
                let left = try #require(output.firstRange(of: "stopped; not done yet:"))
                #expect(output[left.upperBound...].contains("create listener/http"))
                #expect(!output[..<left.lowerBound].contains("✓ create listener/http"))
                #expect(output.contains("Run again"))
                // The steps in hand may be several, of which none comes after the load balancer.
                #expect(desk.proxy.writes.contains("ModifyLoadBalancerAttributes"), "the step's second call")
                #expect(!desk.proxy.writes.contains { ["CreateListener", "CreateRule"].contains($0) })

                try await desk.apply(site)
                #expect(try await desk.account.inventory() == expected)
                try await desk.expect([], applying: site)
            }
        }
    }
}

extension Desk {
    /// Applies the manifests, with Ctrl-C once a call has taken effect and before it is answered.
    fileprivate func interruptedApply(at operation: String) async throws -> ChildProcess {
        let process = AwaitedProcess()
        proxy.meddle(
            with: operation,
            .holding {
                process.signal(SIGINT)
                try? await eventually("it has heard") { process.errorText.contains("Stopping:") }
            })
        let child = try StandInAccount.start(["apply", "-f", manifests, "--yes"], endpoint: proxy.endpoint)
        process.name(child)
        return child
    }
}
