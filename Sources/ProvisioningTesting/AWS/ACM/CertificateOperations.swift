/// The certificates that there are.
extension CloudCall {
    var certificateTags: TagRules { TagRules(codes: .acm, limit: quotas.tagsPerResource) }

    func certificate(_ arn: String) throws(ServiceFailure) -> AWSWorld.StoredCertificate {
        guard arn.hasPrefix("arn:"), arn.contains(":certificate/") else {
            throw ServiceFailure("InvalidArnException", "\(arn) is not a valid certificate ARN")
        }
        guard let found = world.certificates[arn] else {
            throw ServiceFailure(
                "ResourceNotFoundException", "Could not find certificate \(arn) in account \(world.account).")
        }
        return found
    }

    mutating func describeCertificate() throws(ServiceFailure) -> AWSValue? {
        let found = try certificate(required("CertificateArn"))
        let names = found.alternativeNames.isEmpty ? [found.domain] : found.alternativeNames
        return [
            "Certificate": [
                "CertificateArn": .string(found.arn), "DomainName": .string(found.domain),
                "SubjectAlternativeNames": .strings(names), "Serial": .string(found.serial),
                "Subject": .string(found.subject), "Issuer": .string(found.issuer),
                "CreatedAt": .timestamp(found.importedAt), "ImportedAt": .timestamp(found.importedAt),
                "Status": .string(found.status), "NotBefore": .timestamp(found.notBefore),
                "NotAfter": .timestamp(found.notAfter), "KeyAlgorithm": .string(found.keyAlgorithm),
                "SignatureAlgorithm": "SHA256WITHRSA", "Type": .string(found.type),
                "InUseBy": .strings(world.loadBalancers(presenting: found.arn)), "RenewalEligibility": "INELIGIBLE",
            ]
        ]
    }

    mutating func getCertificate() throws(ServiceFailure) -> AWSValue? {
        let found = try certificate(required("CertificateArn"))
        return .object(["Certificate": .string(found.body), "CertificateChain": found.chain.map { .string($0) }])
    }

    mutating func listCertificates() throws(ServiceFailure) -> AWSValue? {
        let filters = input["Includes"]
        // Without a filter ACM lists RSA 1024 and 2048 alone, a trap for whoever imports other keys.
        let keyTypes = filters?["keyTypes"]?.strings ?? ["RSA_1024", "RSA_2048"]
        let statuses = strings("CertificateStatuses")
        guard (string("SortBy") == nil) == (string("SortOrder") == nil) else {
            throw ServiceFailure("ValidationException", "SortBy and SortOrder must be specified together")
        }
        let found = world.certificates.filter {
            keyTypes.contains($0.keyAlgorithm) && statuses?.contains($0.status) != false
        }
        let page = try Paging.page(
            found, marker: string("NextToken"), size: integer("MaxItems"), cap: min(1000, settings.pageSize),
            invalidMarker: ServiceFailure("ValidationException", "The next token is not valid"))
        let summaries: [AWSValue] = page.items.map { certificate in
            [
                "CertificateArn": .string(certificate.arn), "DomainName": .string(certificate.domain),
                "SubjectAlternativeNameSummaries": .strings(
                    certificate.alternativeNames.isEmpty ? [certificate.domain] : certificate.alternativeNames),
                "HasAdditionalSubjectAlternativeNames": false, "Status": .string(certificate.status),
                "Type": .string(certificate.type), "KeyAlgorithm": .string(certificate.keyAlgorithm),
                "InUse": .boolean(!world.loadBalancers(presenting: certificate.arn).isEmpty),
                "NotBefore": .timestamp(certificate.notBefore), "NotAfter": .timestamp(certificate.notAfter),
                "ImportedAt": .timestamp(certificate.importedAt), "CreatedAt": .timestamp(certificate.importedAt),
            ]
        }
        return .object(["CertificateSummaryList": .list(summaries), "NextToken": page.next.map { .string($0) }])
    }

    mutating func deleteCertificate() throws(ServiceFailure) -> AWSValue? {
        let found = try certificate(required("CertificateArn"))
        guard world.loadBalancers(presenting: found.arn).isEmpty else {
            throw ServiceFailure(
                "ResourceInUseException", "Certificate \(found.arn) in account \(world.account) is in use.")
        }
        world.certificates[found.arn] = nil
        return nil
    }

    mutating func addTagsToCertificate() throws(ServiceFailure) -> AWSValue? {
        var found = try certificate(required("CertificateArn"))
        found.tags = try certificateTags.merging(found.tags, with: input["Tags"])
        world.certificates[found.arn] = found
        return nil
    }

    mutating func removeTagsFromCertificate() throws(ServiceFailure) -> AWSValue? {
        var found = try certificate(required("CertificateArn"))
        for tag in input["Tags"]?.list ?? [] {
            let key = tag["Key"]?.string ?? ""
            // A value that is given must be the tag's.
            if let value = tag["Value"]?.string, found.tags[key] != value { continue }
            found.tags[key] = nil
        }
        world.certificates[found.arn] = found
        return nil
    }

    mutating func listTagsForCertificate() throws(ServiceFailure) -> AWSValue? {
        ["Tags": TagRules.list(try certificate(required("CertificateArn")).tags)]
    }
}
