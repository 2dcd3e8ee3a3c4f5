import Foundation
import LoadBalancerModel
import ProviderHTTP
import Provisioning
import ProvisioningTesting

@testable import AWSProvider

/// A strict AWS of a test's own, and providers that call it.
struct StrictAWS: Sendable {
    let cloud: SimulatedAWS
    let time = TestTime()

    init(world: AWSWorld = .standard(), settings: CloudSettings = CloudSettings()) {
        cloud = SimulatedAWS(world: world, settings: settings)
    }

    /// A provider as a process that has just started has it.
    func provider(
        credentials: some AWSCredentialsSource = FixedCredentials.accepted, retry: RetryPolicy = RetryPolicy(),
        transcript: (any TranscriptRecorder)? = nil
    ) throws -> AWSProvider {
        AWSProvider(
            client: try client(credentials: credentials, retry: retry, transcript: transcript),
            region: try AWSRegion("us-east-1"), time: time)
    }

    func client(
        credentials: some AWSCredentialsSource = FixedCredentials.accepted, retry: RetryPolicy = RetryPolicy(),
        transcript: (any TranscriptRecorder)? = nil
    ) throws -> AWSClient {
        let region = try AWSRegion("us-east-1")
        let transport = APITransport(
            configuration: TransportConfiguration(
                retry: retry, rateLimits: AWSRateLimits.standard, transcript: transcript, time: time,
                chance: { 0.5 }),
            signer: AWSSigner(credentials: CachedCredentials(credentials, now: { Date() }), region: region),
            errors: AWSErrorDecoder(),
            connections: SimulatedSender(cloud: cloud))
        return AWSClient(transport: transport, endpoints: AWSEndpoints(region: region))
    }

    var options: ExecutionOptions { ExecutionOptions(jitter: { 0 }, clock: ManualClock()) }

    /// Carries a plan out.
    @discardableResult
    func apply(_ plan: LoadBalancerPlan, assets: PlanAssets = PlanAssets()) async throws -> ExecutionReport {
        let engine = ProvisioningEngine(provider: try provider())
        let proposal = try await engine.propose(plan)
        return try await engine.execute(proposal, assets: assets, options: options)
    }

    /// The operations of the calls that write since the last time that calls were forgotten.
    var writes: [String] { cloud.writes.map(\.operation) }
}

/// Credentials that are what they are.
struct FixedCredentials: AWSCredentialsSource {
    let name = "the test"
    let credentials: AWSCredentials

    static let accepted = FixedCredentials(
        credentials: AWSCredentials(
            accessKeyID: CloudCredential.standardKey,
            secretAccessKey: RedactedString(CloudCredential.standardSecret), source: "the test"))

    func find() async throws -> CredentialsFinding { .found(credentials) }
}
