import ProvisioningTesting
import Testing

extension OnAWS {
    @Suite("headgate destroy")
    struct DestroyTests {
        @Test("Nothing of ours is left, and nothing of others' is touched", arguments: StandIn.allCases, [true, false])
        func destroys(_ standIn: StandIn, byName: Bool) async throws {
            try await Desk.running(standIn) { desk in
                let before = try await desk.account.inventory()
                #expect(before.contains { $0.hasPrefix("load balancer ") }, "one of somebody else's is there")
                try await desk.apply(try SampleSite())
                let made = try await desk.account.inventory()
                #expect(Set(made).isSuperset(of: before))
                let name = try await desk.loadBalancerName()
                let done =
                    byName
                    ? try await desk.headgate("destroy", "--name", name, "--provider", "aws", "--yes")
                    : try await desk.headgate("destroy", "-f", desk.manifests, "--yes")
                #expect(done.status == 0, "\(done.output)\(done.errors)")
                #expect(try await desk.account.inventory() == before)
            }
        }

        @Test("A load balancer without our tags isn't found by its name", arguments: StandIn.allCases)
        func foreign(_ standIn: StandIn) async throws {
            try await Desk.running(standIn) { desk in
                let before = try await desk.account.inventory()
                let done = try await desk.headgate("destroy", "--name", "theirs", "--provider", "aws", "--yes")
                #expect(desk.proxy.writes == [])
                #expect(try await desk.account.inventory() == before)
                #expect(done.status == 0, "\(done.output)\(done.errors)")
            }
        }

        @Test("Without --yes and a terminal nothing is done", arguments: StandIn.allCases)
        func unconfirmed(_ standIn: StandIn) async throws {
            try await Desk.running(standIn) { desk in
                try await desk.apply(try SampleSite().withoutTLS)
                desk.proxy.forgetCalls()
                let done = try await desk.headgate("destroy", "-f", desk.manifests)
                #expect(done.status == 1)
                #expect(done.errors.contains("--yes"))
                #expect(desk.proxy.writes == [])
            }
        }
    }
}
