import KubernetesModel
import LoadBalancerModel

/// Puts together the certificates of several plans.
struct CertificateMerging {
    let plans: [LoadBalancerPlan]
    /// One for each of the plans.
    let ages: [PlanAges]

    struct Merged {
        /// A certificate that is nil is the generated one, as in ``ServerNameBinding``.
        var bindings: [HostKey: ServerNameBinding] = [:]
        var defaultCertificate: String?
        /// The index of the plan whose default certificate it is; nil for a generated one.
        var defaultOwner: Int?
    }

    private struct Winner {
        /// Nil for the generated one.
        var certificate: String?
        var plan: Int
    }

    /// For a host that two plans have certificates for, the one whose Ingresses come first decides, as for the default
    /// certificate. The hosts of a plan whose default certificate is not the common one keep it by name.
    func merge(log: inout DiagnosticLog) -> Merged {
        let byAge = plans.indices.sorted { (ages[$0].oldest, $0) < (ages[$1].oldest, $1) }
        let defaultOwner = byAge.first { plans[$0].tls?.defaultCertificate != nil }
        let defaultCertificate = defaultOwner.flatMap { plans[$0].tls?.defaultCertificate }
        var winners = certificates(log: &log)
        bindGenerated(&winners, defaultCertificate)
        for index in plans.indices {
            guard let own = plans[index].tls?.defaultCertificate, own != defaultCertificate else { continue }
            keepDefault(own, of: index, &winners, log: &log)
        }
        var merged = Merged(defaultCertificate: defaultCertificate, defaultOwner: defaultOwner)
        for (host, winner) in winners {
            merged.bindings[host] = ServerNameBinding(host: host.name, certificate: winner.certificate)
        }
        return merged
    }

    /// The certificates that the plans bind to hosts.
    private func certificates(log: inout DiagnosticLog) -> [HostKey: Winner] {
        var winners: [HostKey: Winner] = [:]
        for index in plans.indices {
            for binding in plans[index].tls?.certificates ?? [] where binding.certificate != nil {
                let host = HostKey(normal: binding.host)
                let candidate = Winner(certificate: binding.certificate, plan: index)
                guard let winner = winners[host] else {
                    winners[host] = candidate
                    continue
                }
                let isFirst = (ages[index].of(host), index) < (ages[winner.plan].of(host), winner.plan)
                if winner.certificate != binding.certificate {
                    reportConflict(
                        host, winner: isFirst ? index : winner.plan, loser: isFirst ? winner.plan : index, &log)
                }
                if isFirst { winners[host] = candidate }
            }
        }
        return winners
    }

    /// Hosts that a plan leaves to the generated certificate get the common default one, if no other plan has a
    /// certificate for them.
    private func bindGenerated(_ winners: inout [HostKey: Winner], _ defaultCertificate: String?) {
        for index in plans.indices {
            for binding in plans[index].tls?.certificates ?? [] where binding.certificate == nil {
                let host = HostKey(normal: binding.host)
                if winners[host] == nil { winners[host] = Winner(certificate: defaultCertificate, plan: index) }
            }
        }
    }

    private func keepDefault(
        _ certificate: String, of index: Int, _ winners: inout [HostKey: Winner], log: inout DiagnosticLog
    ) {
        let plan = plans[index]
        let named = Set((plan.tls?.certificates ?? []).map { HostKey(normal: $0.host) })
        for host in Set(plan.routes.map { HostKey(normal: $0.match.host) }) where host != .none && winners[host] == nil
        {
            if let wildcard = host.coveringWildcard, named.contains(wildcard) { continue }
            winners[host] = Winner(certificate: certificate, plan: index)
        }
        log.add(
            .warning, "DefaultCertificateConflict", on: plan.classReference, field: "spec.parameters",
            "The default certificate of the load balancer '\(plan.name)' is served for its own hosts alone, since it "
                + "shares its listeners with others, and the default certificate of another one comes first",
            value: plan.name,
            remedy: "give the class listeners of its own in its parameters, or one default certificate")
    }

    private func reportConflict(_ host: HostKey, winner: Int, loser: Int, _ log: inout DiagnosticLog) {
        let ingress = ages[loser].ingress(of: host)
        log.add(
            .warning, "CertificateConflict",
            on: ingress.map { ObjectReference(kind: "Ingress", namespace: $0.namespace, name: $0.name) }
                ?? plans[loser].classReference,
            field: ingress == nil ? "" : "spec.tls",
            "The load balancer '\(plans[winner].name)' has another certificate for the \(host.described), and it comes "
                + "first on the listeners that they share",
            value: host.name, remedy: "name one Secret for the host")
    }
}

extension LoadBalancerPlan {
    /// The settings of its HTTPS listeners, which all have the same.
    var tls: ListenerTLS? { listeners.lazy.compactMap(\.tls).first }
}
