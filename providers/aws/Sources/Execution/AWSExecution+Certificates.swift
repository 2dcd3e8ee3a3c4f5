internal import Foundation
import LoadBalancerModel
import ProviderHTTP
import Provisioning

extension AWSExecution {
    /// For how long an import whose answer was lost is looked for.
    private static let importMemory = 3600.0

    func createCertificate(
        _ spec: CertificateSpec, _ creation: PendingCreation, permit: borrowing WritePermit
    ) async throws -> String {
        // An import can't be told to happen once: one that was made and not heard of would be made again.
        if let (arn, tags) = try await recentImport(creation) {
            let change = try creation.change(of: .certificate(CertificateSpec(tags: tags)), identifier: arn)
            try await update(change, in: creation.context, permit: permit)
            return arn
        }
        return try await client.importCertificate(
            try material(of: spec, in: creation.context), as: nil, tags: spec.allTags, permit: permit)
    }

    private func recentImport(_ creation: PendingCreation) async throws -> (String, [String: String])? {
        let oldest = time.date.timeIntervalSince1970 - Self.importMemory
        let recent = try await client.certificates().filter { summary in
            summary.type ?? "IMPORTED" == "IMPORTED" && summary.createdAt ?? oldest >= oldest
        }
        for summary in recent {
            guard let tags = try await client.tags(ofCertificate: summary.arn), creation.isMarked(by: tags) else {
                continue
            }
            return (summary.arn, tags)
        }
        return nil
    }

    private func material(
        of spec: CertificateSpec, in context: OperationContext
    ) throws -> CertificateMaterial {
        guard let material = context.assets.certificates[spec.fingerprint] else {
            throw ProviderError(
                kind: .invalid, operation: "acm:ImportCertificate", code: "MissingKey",
                message:
                    "the certificate with the fingerprint \(spec.fingerprint) and its key aren't at hand; run with the "
                    + "Secret that holds them")
        }
        return material
    }

    func updateCertificate(
        to spec: CertificateSpec, _ change: PendingChange, in context: OperationContext,
        permit: borrowing WritePermit
    ) async throws {
        var tags = change.tagsToAdd
        if change.touches("fingerprint") {
            _ = try await client.importCertificate(
                try material(of: spec, in: context), as: change.identifier, tags: [:], permit: permit)
            // Put last: as long as it says otherwise, the import is made again.
            tags = spec.allTags
        }
        if !tags.isEmpty { try await client.addTags(tags, toCertificate: change.identifier, permit: permit) }
        if !change.tagsToRemove.isEmpty {
            try await client.removeTags(change.tagsToRemove, fromCertificate: change.identifier, permit: permit)
        }
    }

    // MARK: Trust stores

    func createTrustStore(
        _ spec: TrustStoreSpec, _ creation: PendingCreation, permit: borrowing WritePermit
    ) async throws -> String {
        do {
            let told = try await client.createTrustStore(
                [QueryParameter("Name", .text(spec.name))] + Self.bundle(of: spec)
                    + [QueryParameter("Tags", .pairs(spec.allTags))], permit: permit)
            return told.trustStoreArn
        } catch let error as ProviderError where error.kind == .alreadyExists {
            guard let told = try await client.trustStores(named: spec.name).first else {
                throw creation.notYetVisible("a trust store with the name \(spec.name)")
            }
            let arn = told.trustStoreArn
            let tags = try await client.tags([arn])[arn] ?? [:]
            guard creation.isMarked(by: tags) else {
                throw creation.conflict("a trust store with the name \(spec.name)")
            }
            let existing = TrustStoreSpec(name: told.name, tags: tags)
            let change = try creation.change(of: .trustStore(existing), identifier: arn)
            try await update(change, in: creation.context, permit: permit)
            return arn
        }
    }

    private static func bundle(of spec: TrustStoreSpec) -> [QueryParameter] {
        let version = spec.objectVersion.map { [QueryParameter("CaCertificatesBundleS3ObjectVersion", .text($0))] }
        return [
            QueryParameter("CaCertificatesBundleS3Bucket", .text(spec.bucket)),
            QueryParameter("CaCertificatesBundleS3Key", .text(spec.key)),
        ] + (version ?? [])
    }

    func updateTrustStore(
        to spec: TrustStoreSpec, _ change: PendingChange, permit: borrowing WritePermit
    ) async throws {
        var tags = change.tagsToAdd
        if change.touches("bundle") || change.touches("bundleVersion") {
            try await client.write(
                .modifyTrustStore,
                [QueryParameter("TrustStoreArn", .text(change.identifier))] + Self.bundle(of: spec), permit: permit)
            tags = spec.allTags
            if spec.objectVersion == nil, case .trustStore(let old) = change.existing, old.objectVersion != nil {
                try await client.removeTags(
                    [TrustStoreSpec.bundleVersionTag], from: change.identifier, permit: permit)
            }
        }
        if !tags.isEmpty { try await client.addTags(tags, to: change.identifier, permit: permit) }
        if !change.tagsToRemove.isEmpty {
            try await client.removeTags(change.tagsToRemove, from: change.identifier, permit: permit)
        }
    }
}

extension CertificateSpec {
    fileprivate var allTags: [String: String] {
        tags.merging([Self.fingerprintTag: fingerprint]) { _, own in own }
    }
}

extension TrustStoreSpec {
    fileprivate var allTags: [String: String] {
        var all = tags
        all[Self.bundleTag] = bundle
        all[Self.bundleVersionTag] = objectVersion
        return all
    }
}
