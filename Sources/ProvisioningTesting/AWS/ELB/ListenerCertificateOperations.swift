/// The certificates of a listener beside its default one, chosen by SNI.
extension CloudCall {
    mutating func addListenerCertificates() throws(ServiceFailure) -> AWSValue? {
        var changed = try secureListener()
        var added: [AWSValue] = []
        for certificate in try certificates() {
            // "If the certificate is already in the certificate list, the call is successful but the certificate is
            // not added again."
            if !changed.certificates.contains(try usableCertificate(certificate)) {
                changed.certificates.append(certificate)
            }
            added.append(["CertificateArn": .string(certificate), "IsDefault": false])
        }
        world.listeners[changed.arn] = changed
        let total = world.listeners(of: changed.loadBalancerARN).reduce(0) { $0 + $1.certificates.count }
        guard total <= quotas.certificatesPerLoadBalancer else {
            throw ServiceFailure(
                "TooManyCertificates",
                "The maximum number of certificates on a load balancer, excluding default "
                    + "certificates, is '\(quotas.certificatesPerLoadBalancer)'")
        }
        return ["Certificates": .list(added)]
    }

    mutating func removeListenerCertificates() throws(ServiceFailure) -> AWSValue? {
        var changed = try secureListener()
        for certificate in try certificates() {
            guard changed.certificates.contains(certificate) || certificate != changed.defaultCertificate else {
                throw ServiceFailure("OperationNotPermitted", "Default certificate '\(certificate)' cannot be removed")
            }
            changed.certificates.removeAll { $0 == certificate }
        }
        world.listeners[changed.arn] = changed
        return nil
    }

    mutating func describeListenerCertificates() throws(ServiceFailure) -> AWSValue? {
        let listener = try listener(required("ListenerArn"))
        let all: [AWSValue] =
            (listener.defaultCertificate.map { [["CertificateArn": .string($0), "IsDefault": true]] } ?? [])
            + listener.certificates.map { ["CertificateArn": .string($0), "IsDefault": false] }
        let (items, next) = try page(all)
        return .object(["Certificates": .list(items), "NextMarker": next])
    }

    private func secureListener() throws(ServiceFailure) -> AWSWorld.Listener {
        let listener = try listener(required("ListenerArn"))
        guard listener.protocol == "HTTPS" else {
            throw ServiceFailure("UnsupportedProtocol", "Certificates are supported by HTTPS listeners alone")
        }
        return listener
    }

    private func certificates() throws(ServiceFailure) -> [String] {
        var arns: [String] = []
        for certificate in input["Certificates"]?.list ?? [] {
            guard certificate["IsDefault"] == nil else {
                throw .validation("You cannot set the isDefault parameter for a certificate")
            }
            arns.append(certificate["CertificateArn"]?.string ?? "")
        }
        guard !arns.isEmpty else { throw .validation("At least one certificate must be specified") }
        return arns
    }
}
