/// Importing certificates, anew or under an ARN that is there.
extension CloudCall {
    mutating func importCertificate() throws(ServiceFailure) -> AWSValue? {
        let body = String(decoding: input["Certificate"]?.blob ?? [], as: UTF8.self)
        let key = String(decoding: input["PrivateKey"]?.blob ?? [], as: UTF8.self)
        let chain = input["CertificateChain"]?.blob.map { String(decoding: $0, as: UTF8.self) }
        let leaf = try leaf(of: body, key: key, chain: chain)
        let given = string("CertificateArn")
        let previous = try given.map { (arn) throws(ServiceFailure) in try certificate(arn) }
        if let previous {
            // "You cannot apply tags when reimporting a certificate."
            guard input["Tags"] == nil else {
                throw ServiceFailure(
                    "ValidationException", "Tagging is not permitted on re-import.")
            }
            guard previous.type == "IMPORTED" else {
                throw ServiceFailure("ValidationException", "Certificate \(previous.arn) was not imported")
            }
            // "The key type and size must be the same" for a certificate that is in use.
            guard previous.keyAlgorithm == leaf.keyAlgorithm || world.loadBalancers(presenting: previous.arn).isEmpty
            else {
                throw ServiceFailure(
                    "ValidationException", "The certificate is in use; its key algorithm cannot be changed")
            }
        } else if world.certificates.count >= quotas.importedCertificates {
            throw ServiceFailure("LimitExceededException", "The maximum number of certificates has been reached")
        }
        let newTags = try certificateTags.tags(input["Tags"])
        let tags = previous?.tags ?? newTags
        let id = previous == nil ? uuid() : ""
        let arn = previous?.arn ?? world.arn("acm", "certificate/\(id)")
        world.certificates[arn] = AWSWorld.StoredCertificate(
            arn: arn, domain: leaf.domain, alternativeNames: leaf.names, body: body, chain: chain,
            serial: leaf.serial, subject: leaf.subject, issuer: leaf.issuer,
            keyAlgorithm: leaf.keyAlgorithm, notBefore: leaf.notBefore,
            notAfter: leaf.notAfter, importedAt: now, type: "IMPORTED",
            status: "ISSUED", tags: tags)
        return ["CertificateArn": .string(arn)]
    }

    private func leaf(of body: String, key: String, chain: String?) throws(ServiceFailure) -> PEMCertificate {
        let certificates = PEMCertificate.certificates(in: body)
        guard certificates.count == 1 else {
            throw ServiceFailure(
                "ValidationException",
                "The certificate field contains more than one certificate. You can specify only "
                    + "one certificate in this field.")
        }
        guard let leaf = certificates[0] else {
            throw ServiceFailure(
                "ValidationException", "The certificate body is not valid. Please check that it is in PEM format.")
        }
        switch leaf.isKey(key) {
        case nil:
            throw ServiceFailure(
                "ValidationException", "The private key is not supported, or not in PEM format without encryption.")
        case false?:
            throw ServiceFailure(
                "ValidationException", "The private key does not match the public key of the certificate.")
        case true?: break
        }
        if let chain {
            let authorities = PEMCertificate.certificates(in: chain)
            guard !authorities.isEmpty, authorities.allSatisfy({ $0 != nil }) else {
                throw ServiceFailure(
                    "ValidationException", "Could not validate the certificate with the certificate chain.")
            }
            guard let first = authorities.first ?? nil, leaf.isIssued(by: first) else {
                throw ServiceFailure(
                    "ValidationException", "Could not validate the certificate with the certificate chain.")
            }
        }
        guard leaf.notAfter > now else {
            throw ServiceFailure("ValidationException", "The certificate has expired")
        }
        guard leaf.notBefore <= now else {
            throw ServiceFailure("ValidationException", "The certificate is not yet valid")
        }
        return leaf
    }

    private mutating func uuid() -> String {
        let digits = Array(world.nextIdentifier(digits: 32))
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
    }
}
