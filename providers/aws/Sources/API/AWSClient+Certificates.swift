internal import Foundation
import LoadBalancerModel
import ProviderHTTP
import Provisioning

/// What ACM tells, in the API reference's names (AWS Certificate Manager 2015-12-08).
enum Certificates {
    struct Tag: Codable, Sendable {
        var key: String
        var value: String?

        enum CodingKeys: String, CodingKey {
            case key = "Key"
            case value = "Value"
        }

        static func list(_ tags: [String: String]) -> [Tag] {
            tags.sorted { $0.key < $1.key }.map { Tag(key: $0.key, value: $0.value) }
        }
    }

    struct Tags: Decodable, Sendable {
        var tags: [Tag]?

        enum CodingKeys: String, CodingKey { case tags = "Tags" }
    }

    struct Summary: Decodable, Sendable {
        var arn: String
        var domain: String?
        var alternativeNames: [String]?
        var hasMoreNames: Bool?
        var status: String?
        var type: String?
        /// Seconds since 1970.
        var notAfter: Double?
        var createdAt: Double?

        enum CodingKeys: String, CodingKey {
            case arn = "CertificateArn"
            case domain = "DomainName"
            case alternativeNames = "SubjectAlternativeNameSummaries"
            case hasMoreNames = "HasAdditionalSubjectAlternativeNames"
            case status = "Status"
            case type = "Type"
            case notAfter = "NotAfter"
            case createdAt = "CreatedAt"
        }
    }

    struct Page: Decodable, Sendable {
        var summaries: [Summary]?
        var nextToken: String?

        enum CodingKeys: String, CodingKey {
            case summaries = "CertificateSummaryList"
            case nextToken = "NextToken"
        }
    }

    struct Detail: Decodable, Sendable {
        var arn: String
        var domain: String?
        var alternativeNames: [String]?
        var status: String?
        var notAfter: Double?

        enum CodingKeys: String, CodingKey {
            case arn = "CertificateArn"
            case domain = "DomainName"
            case alternativeNames = "SubjectAlternativeNames"
            case status = "Status"
            case notAfter = "NotAfter"
        }
    }

    struct Description: Decodable, Sendable {
        var certificate: Detail

        enum CodingKeys: String, CodingKey { case certificate = "Certificate" }
    }

    struct Imported: Decodable, Sendable {
        var arn: String

        enum CodingKeys: String, CodingKey { case arn = "CertificateArn" }
    }

    struct Reference: Encodable {
        var arn: String
        var tags: [Tag]?

        enum CodingKeys: String, CodingKey {
            case arn = "CertificateArn"
            case tags = "Tags"
        }
    }

    struct ListInput: Encodable {
        struct Filters: Encodable {
            /// Without these ACM lists certificates of RSA with 1024 and 2048 bits alone.
            var keyTypes = [
                "RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1",
            ]
        }

        var filters = Filters()
        var nextToken: String?

        enum CodingKeys: String, CodingKey {
            case filters = "Includes"
            case nextToken = "NextToken"
        }
    }

    struct ImportInput: Encodable {
        var arn: String?
        var certificate: Data
        var privateKey: Data
        var chain: Data?
        var tags: [Tag]?

        enum CodingKeys: String, CodingKey {
            case arn = "CertificateArn"
            case certificate = "Certificate"
            case privateKey = "PrivateKey"
            case chain = "CertificateChain"
            case tags = "Tags"
        }
    }
}

extension AWSClient {
    func certificates() async throws -> [Certificates.Summary] {
        let name = "\(AWSService.certificateManager.rawValue):\(AWSOperation.listCertificates.rawValue)"
        let pages = Pages<Certificates.Page, String>(of: name) { token in
            try await readJSON(.listCertificates, Certificates.ListInput(nextToken: token))
        } next: { page in
            page.nextToken.flatMap { $0.isEmpty ? nil : $0 }
        }
        return try await pages.items { $0.summaries ?? [] }
    }

    /// A certificate; nil where there is none of the ARN.
    func certificate(_ arn: String) async throws -> Certificates.Detail? {
        try await orNone {
            let answer: Certificates.Description = try await readJSON(
                .describeCertificate, Certificates.Reference(arn: arn))
            return [answer.certificate]
        }.first
    }

    /// A certificate; nil where ACM says that there is none of the ARN.
    ///
    /// - Throws: ``ProviderError`` where ACM doesn't say.
    func namedCertificate(_ arn: String) async throws -> Certificates.Detail? {
        do {
            let answer: Certificates.Description = try await readJSON(
                .describeCertificate, Certificates.Reference(arn: arn))
            return answer.certificate
        } catch let error as ProviderError
            where ["ResourceNotFoundException", "InvalidArnException"].contains(error.code)
        {
            return nil
        }
    }

    /// The tags of a certificate; nil where there is none of the ARN.
    func tags(ofCertificate arn: String) async throws -> [String: String]? {
        try await orNone {
            let answer: Certificates.Tags = try await readJSON(
                .listTagsForCertificate, Certificates.Reference(arn: arn))
            return [Dictionary((answer.tags ?? []).map { ($0.key, $0.value ?? "") }) { first, _ in first }]
        }.first
    }

    /// Imports a certificate, anew or under an ARN that is there.
    ///
    /// - Parameter tags: those of a new one; AWS takes none with an ARN that is there.
    /// - Returns: the ARN.
    func importCertificate(
        _ material: CertificateMaterial, as arn: String?, tags: [String: String], permit: borrowing WritePermit
    ) async throws -> String {
        let chain = PEMChain(material.certificateChainPEM)
        let input = material.privateKey.withPEM { key in
            Certificates.ImportInput(
                arn: arn, certificate: Data(chain.leaf.utf8), privateKey: Data(key.utf8),
                chain: chain.intermediates.isEmpty ? nil : Data(chain.intermediates.utf8),
                tags: arn == nil && !tags.isEmpty ? Certificates.Tag.list(tags) : nil)
        }
        let answer: Certificates.Imported = try await writeJSON(
            .importCertificate, input, redacting: ["PrivateKey"], permit: permit)
        return answer.arn
    }

    func addTags(_ tags: [String: String], toCertificate arn: String, permit: borrowing WritePermit) async throws {
        try await writeJSON(
            .addTagsToCertificate, Certificates.Reference(arn: arn, tags: Certificates.Tag.list(tags)), permit: permit)
    }

    func removeTags(_ keys: [String], fromCertificate arn: String, permit: borrowing WritePermit) async throws {
        let tags = keys.sorted().map { Certificates.Tag(key: $0, value: nil) }
        try await writeJSON(
            .removeTagsFromCertificate, Certificates.Reference(arn: arn, tags: tags), permit: permit)
    }

    func deleteCertificate(_ arn: String, permit: borrowing WritePermit) async throws {
        try await writeJSON(.deleteCertificate, Certificates.Reference(arn: arn), permit: permit)
    }
}

/// A chain of certificates in PEM, taken apart as ACM wants it.
struct PEMChain {
    private(set) var leaf = ""
    /// Everything after the leaf; empty where there is nothing.
    private(set) var intermediates = ""

    init(_ pem: String) {
        let end = "-----END CERTIFICATE-----"
        guard let range = pem.range(of: end) else {
            leaf = pem
            return
        }
        leaf = pem[..<range.upperBound] + "\n"
        let rest = pem[range.upperBound...].drop { $0.isWhitespace || $0.isNewline }
        if rest.contains(end) { intermediates = String(rest) }
    }
}
