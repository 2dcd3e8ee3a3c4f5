internal import LoadBalancerModel
package import Provisioning

/// Which changes of guards let somebody in.
extension AWSResource {
    package func letsInMore(than existing: AWSResource, _ surroundings: GuardSurroundings<AWSResource>) -> Bool {
        switch (self, existing) {
        case (.securityGroup(let spec), .securityGroup(let existing)):
            let ports = surroundings.serving.compactMap { resource in
                if case .listener(let listener) = resource { listener.port } else { nil }
            }
            return spec.letsInMore(than: existing, on: Set(ports))
        case (.loadBalancer(let spec), .loadBalancer(let existing)):
            return spec.letsInMore(than: existing, surroundings.resolved)
        case (.listener(let spec), .listener(let existing)):
            return spec.letsInMore(than: existing, surroundings.resolved)
        default: return true
        }
    }
}

extension SecurityGroupSpec {
    /// Whether somebody gets to a port who doesn't get there by the existing rules.
    ///
    /// - Parameter ports: those on which anything is served.
    fileprivate func letsInMore(than existing: SecurityGroupSpec, on ports: Set<Int>) -> Bool {
        guard vpc == existing.vpc, otherIngress.isEmpty else { return true }
        return ingress.contains { rule in
            ports.contains(rule.port) && !existing.ingress.contains { $0.covers(rule) }
        }
    }
}

extension SecurityGroupSpec.IngressRule {
    fileprivate func covers(_ other: Self) -> Bool {
        guard port == other.port else { return false }
        if cidr == other.cidr { return true }
        guard let network = CIDRBlock(cidr), let inner = CIDRBlock(other.cidr) else { return false }
        return network.contains(inner)
    }
}

extension LoadBalancerSpec {
    /// Each of its security groups lets in more, a web ACL nothing.
    fileprivate func letsInMore(
        than existing: LoadBalancerSpec, _ resolved: (ResourceLink) -> ResourceLink
    ) -> Bool {
        guard scheme == existing.scheme else { return true }
        let groups = Set(securityGroups.map(resolved))
        guard groups.isSubset(of: existing.securityGroups.map(resolved)) else { return true }
        switch (existing.webACL, webACL) {
        case (.absent, _), (_, .unmanaged): return false
        case (let before, let after): return before != after
        }
    }
}

extension ListenerSpec {
    /// Of security policies it isn't told which takes more.
    fileprivate func letsInMore(than existing: ListenerSpec, _ resolved: (ResourceLink) -> ResourceLink) -> Bool {
        guard port == existing.port, sslPolicy == existing.sslPolicy else { return true }
        let before = existing.mutualAuthentication
        let after = mutualAuthentication
        guard strictness == existing.strictness else { return strictness < existing.strictness }
        guard let before, let after, after.mode == "verify" else { return false }
        return after.trustStore.map(resolved) != before.trustStore.map(resolved)
            || after.ignoresClientCertificateExpiry && !before.ignoresClientCertificateExpiry
    }

    /// How much is asked of clients. Where their certificates are passed on, the backend asks for them.
    private var strictness: Int {
        switch mutualAuthentication?.mode {
        case "verify": 2
        case "passthrough": 1
        default: 0
        }
    }
}
