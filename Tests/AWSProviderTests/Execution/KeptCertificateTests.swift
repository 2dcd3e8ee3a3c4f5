import LoadBalancerModel
import Provisioning
import ProvisioningTesting
import Testing

@testable import AWSProvider

@Suite("Certificates of Secrets that can't be used any more")
struct KeptCertificateTests {
    private let aws = StrictAWS()

    private func plan(_ certificate: TestCertificate, holds: Bool) -> LoadBalancerPlan {
        var plan = LoadBalancerPlan.sample(
            [.init("shop", "/", "shop"), .init("api", "/", "api")], certificate: certificate.reference)
        guard !holds else { return plan }
        plan.certificates = []
        for index in plan.listeners.indices { plan.listeners[index].tls?.certificates = [] }
        plan.absentCertificates = [
            AbsentCertificate(secret: "test/shop-tls", host: "shop.example.com", ingress: "test/shop")
        ]
        return plan
    }

    private func live() async throws -> TestCertificate {
        let certificate = try TestCertificate("shop.example.com", secret: "test/shop-tls")
        let assets = PlanAssets(certificates: [certificate.reference.fingerprint: certificate.material])
        try await aws.apply(plan(certificate, holds: true), assets: assets)
        aws.cloud.forgetCalls()
        return certificate
    }

    @Test("What was imported from them goes on being served, which the plan says, and nothing is written")
    func kept() async throws {
        let broken = plan(try await live(), holds: false)
        let engine = ProvisioningEngine(provider: try aws.provider())
        let proposal = try await engine.propose(broken)
        #expect(proposal.fidelity.contains { $0.object == "Ingress test/shop" && $0.message.contains("test/shop-tls") })
        try await aws.apply(broken)
        #expect(aws.writes.isEmpty)
    }

    @Test("A host that comes gets its rules meanwhile")
    func others() async throws {
        var broken = plan(try await live(), holds: false)
        broken.routes += LoadBalancerPlan.sample([.init("new", "/", "shop")]).routes
        try await aws.apply(broken)
        #expect(Set(aws.writes) == ["CreateRule"])
    }

    @Test("Where nobody names the Secret any more its certificate goes")
    func gone() async throws {
        var without = plan(try await live(), holds: false)
        without.absentCertificates = nil
        try await aws.apply(without)
        #expect(aws.cloud.world.certificates.isEmpty)
    }

    @Test("That of an Ingress that is withheld stays as well")
    func withheld() async throws {
        var withheld = plan(try await live(), holds: false)
        withheld.routes.removeAll { $0.ingress == "test/shop" }
        withheld.withheld = [
            WithheldIngress(ingress: "test/shop", reason: "ConflictingIngress", message: "They disagree.")
        ]
        try await aws.apply(withheld)
        #expect(aws.writes.isEmpty)
        #expect(aws.cloud.world.certificates.count == 1)
    }

    @Test("That of an Ingress that is quarantined stays where it is, too, also as the default one")
    func quarantined() async throws {
        var quarantined = plan(try await live(), holds: false)
        for index in quarantined.routes.indices where quarantined.routes[index].ingress == "test/shop" {
            quarantined.routes[index].match.path.value = "/" + String(repeating: "long", count: 40)
        }
        try await aws.apply(quarantined)
        try await aws.apply(quarantined)
        #expect(aws.writes == [])
    }

    @Test("Where the class names another Secret for the default one, which isn't there yet, the default one stays")
    func anotherDefault() async throws {
        let certificate = try TestCertificate("shop.example.com", secret: "test/default-tls")
        var plan = plan(certificate, holds: true)
        for index in plan.listeners.indices where plan.listeners[index].tls != nil {
            plan.listeners[index].tls?.defaultCertificate = certificate.reference.fingerprint
            plan.listeners[index].tls?.certificates = []
        }
        let assets = PlanAssets(certificates: [certificate.reference.fingerprint: certificate.material])
        try await aws.apply(plan, assets: assets)
        aws.cloud.forgetCalls()
        for index in plan.listeners.indices { plan.listeners[index].tls?.defaultCertificate = nil }
        plan.certificates = []
        plan.absentCertificates = [AbsentCertificate(secret: "test/new-tls", host: nil, ingress: nil)]
        try await aws.apply(plan)
        try await aws.apply(plan)
        #expect(aws.writes == [])
    }

    @Test("A host whose Ingress names another Secret, which isn't there yet, keeps its certificate")
    func anotherSecret() async throws {
        var renamed = plan(try await live(), holds: false)
        renamed.absentCertificates?[0].secret = "test/new-tls"
        try await aws.apply(renamed)
        #expect(aws.writes.isEmpty)
    }

    @Test("One that becomes the default certificate is taken away from the listener no more")
    func promoted() async throws {
        let certificates = try ["shop", "api"].map {
            try TestCertificate("\($0).example.com", secret: "test/\($0)-tls")
        }
        let materials = certificates.map { ($0.reference.fingerprint, $0.material) }
        let assets = PlanAssets(certificates: Dictionary(uniqueKeysWithValues: materials))
        var plan = LoadBalancerPlan.sample(
            [.init("shop", "/", "shop"), .init("api", "/", "api")], certificate: certificates[0].reference)
        plan.certificates.append(certificates[1].reference)
        plan.listeners[1].tls?.certificates.append(
            ServerNameBinding(host: "api.example.com", certificate: certificates[1].reference.fingerprint))
        try await aws.apply(plan, assets: assets)
        aws.cloud.forgetCalls()
        plan.certificates.removeFirst()
        plan.listeners[1].tls?.certificates.removeFirst()
        try await aws.apply(plan, assets: assets)
        #expect(!aws.writes.contains("RemoveListenerCertificates"))
        aws.cloud.forgetCalls()
        try await aws.apply(plan, assets: assets)
        #expect(aws.writes.isEmpty)
    }
}
