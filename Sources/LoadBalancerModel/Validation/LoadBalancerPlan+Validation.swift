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
        let endpoints = listeners.map {
            "port \($0.port) on \($0.addresses.isEmpty ? "every address" : $0.addresses.sorted().joined(separator: ", "))"
        }
        validator.requireUnique(endpoints, { "$.listeners[\($0)].port" }, "a listener on")
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
