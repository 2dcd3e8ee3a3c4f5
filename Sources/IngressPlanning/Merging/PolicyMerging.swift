import KubernetesModel
import LoadBalancerModel

/// Puts together the TLS policies of several plans: every host keeps the one of its own load balancer.
///
/// The policy of the listener, for server names that are unknown or absent, is that of the load balancer whose default
/// certificate is the common one; where none has a default certificate, that of the one whose Ingresses come first.
struct PolicyMerging {
    let plans: [LoadBalancerPlan]
    /// One for each of the plans.
    let ages: [PlanAges]
    let certificates: CertificateMerging.Merged

    /// The TLS settings of the common listener. Of two plans that name one host, with rules or in a TLS section, the one
    /// whose Ingress comes first decides.
    func merge(log: inout DiagnosticLog) -> ListenerTLS {
        let standard = standardOwner.map(policy) ?? TLSPolicy()
        var bindings = certificates.bindings
        // Wildcards first: a host below one needs a binding of its own where the wildcard's policy is another.
        for (host, claimants) in claims.sorted(by: { $1.key < $0.key }) {
            guard let winner = claimants.min(by: { (ages[$0].of(host), $0) < (ages[$1].of(host), $1) }) else {
                continue
            }
            let own = policy(of: winner)
            for loser in claimants where policy(of: loser) != own {
                reportConflict(host, winner: winner, loser: loser, log: &log)
            }
            let override = own == standard ? nil : own
            if bindings[host] != nil {
                bindings[host]?.policy = override
                continue
            }
            let covering = host.coveringWildcard.flatMap { bindings[$0] }
            guard own != covering?.policy ?? standard else { continue }
            bindings[host] = ServerNameBinding(
                host: host.name,
                certificate: covering.map(\.certificate) ?? certificates.defaultCertificate, policy: override)
        }
        reportHostless(standard, log: &log)
        return ListenerTLS(
            policy: standard, defaultCertificate: certificates.defaultCertificate,
            certificates: bindings.values.sorted { $0.host < $1.host })
    }

    private func policy(of plan: Int) -> TLSPolicy { plans[plan].tls?.policy ?? TLSPolicy() }

    /// The index of the plan whose policy is the listener's; nil where there is no plan.
    private var standardOwner: Int? {
        certificates.defaultOwner
            ?? plans.indices.filter { plans[$0].tls != nil }.min { (ages[$0].oldest, $0) < (ages[$1].oldest, $1) }
    }

    /// The hosts that plans with TLS name, each with the indexes of these plans.
    private var claims: [HostKey: [Int]] {
        var claims: [HostKey: [Int]] = [:]
        for index in plans.indices {
            guard let tls = plans[index].tls else { continue }
            let named = plans[index].routes.map(\.match.host) + tls.certificates.map(\.host)
            for host in Set(named.map { HostKey(normal: $0) }) where host != .none {
                claims[host, default: []].append(index)
            }
        }
        return claims
    }

    // MARK: Findings

    private func reportConflict(_ host: HostKey, winner: Int, loser: Int, log: inout DiagnosticLog) {
        let mine = ages[loser].ingress(of: host)
        let other = ages[winner].ingress(of: host).map { "the Ingress \($0) of the" } ?? "the"
        log.add(
            .warning, "TLSPolicyConflict",
            on: mine.map { ObjectReference(kind: "Ingress", namespace: $0.namespace, name: $0.name) }
                ?? plans[loser].classReference,
            field: mine == nil ? "spec.parameters" : "spec.rules",
            "The \(host.described) is served under \(policy(of: winner)), since \(other) class "
                + "'\(plans[winner].identity.ingressClass)' names it too and comes first; the class "
                + "'\(plans[loser].identity.ingressClass)' asks for \(policy(of: loser))",
            value: host.name,
            remedy: "give both classes the same tls.minimumVersion, or name the host in one class alone")
    }

    /// Tells the classes with rules or default backends for any host, which no server name belongs to, where their policy
    /// is not the listener's.
    private func reportHostless(_ standard: TLSPolicy, log: inout DiagnosticLog) {
        for index in plans.indices {
            let plan = plans[index]
            guard let own = plan.tls?.policy, own != standard,
                plan.routes.contains(where: { $0.match.host == nil && $0.fallbackRank != .controller })
            else { continue }
            log.add(
                .warning, "SharedListenerSetting", on: plan.classReference, field: "spec.tls.minimumVersion",
                "The parameters of the class ask for \(own), which is in force for the hosts that its Ingresses name; its "
                    + "rules and default backends for any other host are served under \(standard), since its load "
                    + "balancer shares its listeners with others",
                value: own.minimumVersion.rawValue,
                remedy: "give the class listeners of its own in its parameters, or the same value to all")
        }
    }
}
