import LoadBalancerModel
import ProviderHTTP
import Provisioning
import ProvisioningTesting
import Testing

@Suite("The AWS provider conforms on moto", .moto, .timeLimit(.minutes(15)))
struct MotoConformanceTests {
    /// moto's reads are never behind its writes; the strict AWS's are. Deaths during a quarantine differ from others in
    /// what is made, not in how AWS is called, and moto is slow.
    private static let cases = ConformanceCase.allCases.filter { test in
        if case .convergesAfterDeath(.replacementDuringQuarantine, _) = test { return false }
        return test != .survivesLaggingReads
    }

    @Test("A provider", arguments: cases)
    func conforms(_ test: ConformanceCase) async throws {
        let server = try MotoServer.require()
        let certificate = try TestCertificate("shop.example.com", secret: "test/shop-tls")
        let assets = PlanAssets(certificates: [certificate.reference.fingerprint: certificate.material])
        try await HTTPConnections.open(configuration: ConnectionConfiguration()) { connections in
            try await ProviderConformance(plans: .aws(certificate: certificate.reference)) {
                MotoSubject(
                    aws: try await MotoAWS.prepared(server: server, connections: connections), assets: assets)
            }.run(test)
        }
    }
}
