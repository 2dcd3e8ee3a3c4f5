import LoadBalancerModel
import Provisioning
import ProvisioningTesting
import Testing

@Suite("The AWS provider conforms on a strict AWS", .timeLimit(.minutes(10)))
struct StrictConformanceTests {
    private let certificate: TestCertificate

    init() throws {
        certificate = try TestCertificate("shop.example.com", secret: "test/shop-tls")
    }

    @Test("A provider", arguments: ConformanceCase.allCases)
    func conforms(_ test: ConformanceCase) async throws {
        let assets = PlanAssets(certificates: [certificate.reference.fingerprint: certificate.material])
        let subjects = Subjects(assets: assets)
        try await ProviderConformance(plans: .aws(certificate: certificate.reference)) { subjects.next() }.run(test)
        for subject in subjects.all {
            #expect(subject.aws.cloud.violations.isEmpty, "calls must be as the service models say")
        }
    }
}
