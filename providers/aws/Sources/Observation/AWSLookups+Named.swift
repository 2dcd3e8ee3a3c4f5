internal import Foundation
import LoadBalancerModel
import Provisioning

/// Looks up whether there is what settings name. Where AWS doesn't say, or doesn't let the caller know, nothing is held
/// against a name: AWS itself says so when it is asked to use it.
extension AWSLookups {
    /// The environment with what lowering needs to know of names that aren't in force yet.
    func completing(
        _ environment: AWSEnvironment, for plan: LoadBalancerPlan, beside standing: StandingResources
    ) async throws -> AWSEnvironment {
        var environment = environment
        let settings = try PlanSettings(plan).settings
        if let name = settings.sslPolicy, plan.listeners.contains(where: { $0.tls != nil }),
            !standing.has(securityPolicy: name),
            try await !told(of: { try await client.hasSecurityPolicy(name) }, else: true)
        {
            environment.missingSecurityPolicies.insert(name)
        }
        if case .associated(let arn) = settings.webACL, !standing.isAssociated(withWebACL: arn),
            let name = WebACLName(arn), environment.problem(webACL: arn) == nil,
            try await !told(of: { try await client.hasWebACL(arn, named: name) }, else: true)
        {
            environment.missingWebACLs.insert(arn)
        }
        return environment
    }

    /// What a look-up tells; `otherwise` where it can't.
    private func told<Answer>(
        of lookUp: () async throws -> Answer, else otherwise: Answer
    ) async throws -> Answer {
        do {
            return try await lookUp()
        } catch is ProviderError {
            return otherwise
        }
    }

    // MARK: Certificates

    struct FoundCertificates: Sendable {
        var found: [AWSEnvironment.Certificate] = []
        /// The ARNs that settings name and that there aren't.
        var missing: Set<String> = []
    }

    private enum NamedCertificate: Sendable {
        case found(AWSEnvironment.Certificate)
        case missing(String)
        case untold
    }

    func certificates(_ settings: AWSSettings, areAllNeeded: Bool) async throws -> FoundCertificates {
        var certificates = FoundCertificates()
        if settings.certificateDiscovery || areAllNeeded { certificates.found = try await allCertificates() }
        let known = Set(certificates.found.map(\.arn))
        let wanted = settings.certificateARNs.filter { arn in
            !known.contains(arn) && CertificateName(arn)?.region == region.name
        }
        for certificate in try await concurrently(wanted, { try await namedCertificate($0) }) {
            switch certificate {
            case .found(let certificate): certificates.found.append(certificate)
            case .missing(let arn): certificates.missing.insert(arn)
            case .untold: break
            }
        }
        return certificates
    }

    private func namedCertificate(_ arn: String) async throws -> NamedCertificate {
        try await told(
            of: { try await client.namedCertificate(arn).map { .found(Self.certificate($0)) } ?? .missing(arn) },
            else: .untold)
    }

    private func allCertificates() async throws -> [AWSEnvironment.Certificate] {
        async let tagged = client.resources(tagged: [OwnershipTags.Key.cluster: []], types: ["acm"])
        let summaries = try await client.certificates()
        let ours = Set(try await tagged.map(\.arn))
        return try await concurrently(summaries) { summary in
            // A summary holds a hundred names at most.
            if summary.hasMoreNames == true, let detail = try await client.certificate(summary.arn) {
                var certificate = Self.certificate(detail)
                certificate.isOurs = ours.contains(summary.arn)
                return certificate
            }
            return AWSEnvironment.Certificate(
                arn: summary.arn, domains: Self.names(summary.domain, summary.alternativeNames),
                status: summary.status ?? "ISSUED", notAfter: summary.notAfter.map(Self.timestamp),
                isOurs: ours.contains(summary.arn))
        }
    }

    private static func certificate(_ detail: Certificates.Detail) -> AWSEnvironment.Certificate {
        AWSEnvironment.Certificate(
            arn: detail.arn, domains: names(detail.domain, detail.alternativeNames), status: detail.status ?? "ISSUED",
            notAfter: detail.notAfter.map(timestamp))
    }

    private static func names(_ domain: String?, _ others: [String]?) -> [String] {
        let others = others ?? []
        return [domain].compactMap(\.self).filter { !others.contains($0) } + others
    }

    private static func timestamp(_ seconds: Double) -> String {
        Date(timeIntervalSince1970: seconds).formatted(.iso8601)
    }
}
