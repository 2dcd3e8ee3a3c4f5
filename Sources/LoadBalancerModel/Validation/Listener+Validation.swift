extension Listener {
    func validate(_ validator: inout PlanValidator, _ path: String, certificates: Set<String>) {
        validator.require(!name.isEmpty, "\(path).name", "the name is empty")
        validator.requirePort(port, "\(path).port")
        switch (`protocol`, tls) {
        case (.https, nil): validator.require(false, "\(path).tls", "an HTTPS listener needs its TLS settings")
        case (.http, .some): validator.require(false, "\(path).tls", "an HTTP listener takes no TLS settings")
        default: break
        }
        tls?.validate(&validator, "\(path).tls", certificates: certificates)
    }
}

extension ListenerTLS {
    fileprivate func validate(_ validator: inout PlanValidator, _ path: String, certificates known: Set<String>) {
        policy.validate(&validator, "\(path).policy")
        if let defaultCertificate {
            validator.require(
                known.contains(defaultCertificate), "\(path).defaultCertificate",
                "\"\(defaultCertificate)\" is no certificate of the plan")
        }
        validator.requireUnique(certificates.map(\.host), { "\(path).certificates[\($0)].host" }, "the host")
        for (index, binding) in certificates.enumerated() {
            let place = "\(path).certificates[\(index)]"
            validator.require(
                Grammar.isHostPattern(binding.host), "\(place).host",
                "\"\(binding.host)\" is neither a host name in lower case nor \"*.\" and one")
            if let certificate = binding.certificate {
                validator.require(
                    known.contains(certificate), "\(place).certificate",
                    "\"\(certificate)\" is no certificate of the plan; leave it out for a generated one")
            }
            binding.policy?.validate(&validator, "\(place).policy")
        }
    }
}

extension TLSPolicy {
    fileprivate func validate(_ validator: inout PlanValidator, _ path: String) {
        validator.require(
            minimumVersion == .tls12 || maximumVersion == .tls13, path,
            "the minimum version \(minimumVersion.rawValue) is above the maximum \(maximumVersion.rawValue)")
    }
}
