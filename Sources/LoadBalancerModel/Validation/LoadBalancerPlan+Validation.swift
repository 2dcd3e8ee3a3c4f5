extension LoadBalancerPlan {
    /// Checks the rules that the type system does not hold: versions, names, ranges, and references within the plan.
    ///
    /// - Returns: Every violation, in the order of the document; empty for a valid plan.
    package func validate() -> [PlanViolation] {
        var validator = PlanValidator()
        validateIdentity(&validator)
        validateListeners(&validator)
        validateCertificates(&validator)
        validateRoutes(&validator)
        validatePools(&validator)
        validateStaticSites(&validator)
        attributes.validate(&validator, "$.attributes")
        return validator.violations
    }

    private func validateIdentity(_ validator: inout PlanValidator) {
        validator.require(
            apiVersion == Self.currentAPIVersion, "$.apiVersion",
            "\"\(apiVersion)\" is not read here; the version must be \"\(Self.currentAPIVersion)\"")
        validator.require(
            kind == "LoadBalancerPlan", "$.kind", "\"\(kind)\" is another kind; it must be \"LoadBalancerPlan\"")
        validator.require(
            Grammar.isLoadBalancerName(name), "$.name",
            "\"\(name)\" is not a name of 1 to 32 lower-case letters, digits and inner hyphens")
        validator.require(!identity.cluster.isEmpty, "$.identity.cluster", "the cluster is empty")
        validator.require(!provider.name.isEmpty, "$.provider.name", "the provider is empty")
    }

    private func validateListeners(_ validator: inout PlanValidator) {
        validator.requireUnique(listeners.map(\.name), { "$.listeners[\($0)].name" }, "the listener")
        let known = Set(certificates.map(\.fingerprint))
        for (index, listener) in listeners.enumerated() {
            listener.validate(&validator, "$.listeners[\(index)]", certificates: known)
        }
        var claims = ListenerClaims<Int>()
        for (index, listener) in listeners.enumerated() {
            let addresses: [String?] = listener.addresses.isEmpty ? [nil] : listener.addresses
            for (position, address) in addresses.enumerated() {
                guard let claim = claims.claim(address, port: listener.port, for: index) else { continue }
                let own = claim.holder == index
                validator.require(
                    false,
                    own ? "$.listeners[\(index)].addresses[\(position)]" : "$.listeners[\(index)].port",
                    "port \(listener.port) on \(address ?? "every address") is taken by "
                        + (own ? "this listener" : "the listener at index \(claim.holder)")
                        + " on \(claim.address ?? "every address") already")
                break
            }
        }
    }

    private func validateCertificates(_ validator: inout PlanValidator) {
        validator.requireUnique(
            certificates.map(\.fingerprint), { "$.certificates[\($0)].fingerprint" }, "the certificate")
        for (index, certificate) in certificates.enumerated() {
            let path = "$.certificates[\(index)]"
            validator.require(
                Grammar.isSHA256(certificate.fingerprint), "\(path).fingerprint",
                "\"\(certificate.fingerprint)\" is not a SHA-256 digest of 64 lower-case hexadecimal digits")
            validator.require(
                Grammar.isTimestamp(certificate.notAfter), "\(path).notAfter",
                "\"\(certificate.notAfter)\" is not a time in UTC such as 2030-01-31T23:59:59Z")
        }
    }

    private func validateRoutes(_ validator: inout PlanValidator) {
        let references = RouteReferences(
            pools: Set(pools.map(\.name)), staticSites: Set(staticSites.map(\.name)))
        for (index, route) in routes.enumerated() {
            route.validate(&validator, "$.routes[\(index)]", references: references)
        }
    }

    private func validatePools(_ validator: inout PlanValidator) {
        validator.requireUnique(pools.map(\.name), { "$.pools[\($0)].name" }, "the pool")
        for (index, pool) in pools.enumerated() {
            pool.validate(&validator, "$.pools[\(index)]")
        }
        validator.requireUnique((nodes ?? []).map(\.name), { "$.nodes[\($0)].name" }, "the node")
    }

    private func validateStaticSites(_ validator: inout PlanValidator) {
        validator.requireUnique(staticSites.map(\.name), { "$.staticSites[\($0)].name" }, "the static site")
        for (index, site) in staticSites.enumerated() {
            site.validate(&validator, "$.staticSites[\(index)]")
        }
    }
}

/// The names that routes may refer to.
struct RouteReferences {
    var pools: Set<String>
    var staticSites: Set<String>
}
