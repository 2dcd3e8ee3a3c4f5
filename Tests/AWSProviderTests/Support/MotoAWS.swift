import Foundation
import LoadBalancerModel
import ProviderHTTP
import Provisioning
import ProvisioningTesting

@testable import AWSProvider

/// An account of moto of a test's own, and providers that call it.
struct MotoAWS: Sendable {
    let sender: MotoSender
    private let endpoint: String
    private let time = TestTime()

    init(server: MotoServer, connections: HTTPConnections) {
        sender = MotoSender(connections: connections, account: server.makeAccount())
        endpoint = server.endpoint
    }

    func client() throws -> AWSClient {
        let region = try AWSRegion("us-east-1")
        let endpoints = AWSEndpoints(
            region: region,
            overrides: Dictionary(uniqueKeysWithValues: AWSService.allCases.map { ($0, endpoint) }))
        let transport = APITransport(
            configuration: TransportConfiguration(rateLimits: AWSRateLimits.standard, time: time, chance: { 0.5 }),
            signer: AWSSigner(
                credentials: CachedCredentials(FixedCredentials.accepted, now: { Date() }), region: region),
            errors: AWSErrorDecoder(), connections: sender)
        return AWSClient(transport: transport, endpoints: endpoints)
    }

    /// A provider as a process that has just started has it.
    func provider() throws -> AWSProvider {
        AWSProvider(client: try client(), region: try AWSRegion("us-east-1"), time: time)
    }

    var options: ExecutionOptions { ExecutionOptions(jitter: { 0 }, clock: ManualClock()) }

    @discardableResult
    func apply(_ plan: LoadBalancerPlan, assets: PlanAssets = PlanAssets()) async throws -> ExecutionReport {
        let engine = ProvisioningEngine(provider: try provider())
        return try await engine.execute(try await engine.propose(plan), assets: assets, options: options)
    }
}
