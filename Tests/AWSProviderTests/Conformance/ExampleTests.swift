import IngressPlanning
import LoadBalancerModel
import ProviderHTTP
import Provisioning
import ProvisioningTesting
import Testing

/// The examples, as a user meets them who applies them to an account.
@Suite("Examples on AWS", .moto, .timeLimit(.minutes(5)))
struct ExampleTests {
    /// Carries an example out twice and takes it away again.
    private func check(
        _ plans: [LoadBalancerPlan], on subject: some ConformanceSubject
    ) async throws {
        #expect(!plans.isEmpty)
        let empty = try await subject.inventory()
        for plan in plans { try await apply(plan, on: subject) }
        #expect(try await subject.inventory() != empty)
        let writes = try await subject.writeCount()
        for plan in plans { try await apply(plan, on: subject) }
        #expect(try await subject.writeCount() == writes, "nothing has changed, and something is written")
        for plan in plans {
            let engine = ProvisioningEngine(provider: try await subject.makeProvider())
            let report = try await engine.execute(
                try await engine.proposeDestruction(of: Owner(plan)), options: subject.options)
            #expect(report.isComplete, "\(report.failures)")
        }
        #expect(try await subject.inventory() == empty)
    }

    private func apply(_ plan: LoadBalancerPlan, on subject: some ConformanceSubject) async throws {
        let engine = ProvisioningEngine(provider: try await subject.makeProvider())
        let report = try await engine.execute(
            try await engine.propose(plan), assets: subject.assets, options: subject.options)
        #expect(report.isComplete, "\(report.failures)")
    }

    private static func assets(_ result: PlanningResult) -> PlanAssets {
        PlanAssets(
            certificates: result.assets.values.reduce(into: [:]) { $0.merge($1.certificates) { first, _ in first } })
    }

    /// moto takes no regular expression and drops rewrites, so an example with those isn't among these.
    @Test("moto takes all of the quickstart, and a second apply writes nothing")
    func moto() async throws {
        let server = try MotoServer.require()
        let result = Manifests.result(directory: "examples/quickstart")
        try await HTTPConnections.open(configuration: ConnectionConfiguration()) { connections in
            let aws = try await MotoAWS.prepared(server: server, connections: connections)
            try await check(result.plans, on: MotoSubject(aws: aws, assets: Self.assets(result)))
        }
    }

    @Test(
        "The strict AWS takes all of an example, and a second apply writes nothing",
        arguments: ["examples/quickstart", "examples/rewrite", "examples/aws-alb"])
    func strict(directory: String) async throws {
        let result = Manifests.result(directory: directory)
        try await check(result.plans, on: StrictSubject(assets: Self.assets(result)))
    }
}
