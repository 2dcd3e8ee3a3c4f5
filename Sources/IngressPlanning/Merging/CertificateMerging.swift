import KubernetesModel
import LoadBalancerModel

/// Puts together the certificates of several plans.
struct CertificateMerging {
    let plans: [LoadBalancerPlan]

    struct Merged {
        var bindings: [ServerNameBinding] = []
        var defaultCertificate: String?
    }

    /// For a host that two plans have certificates for, the one whose Ingresses come first decides, as for the default
    /// certificate. The hosts of a plan whose default certificate is not the common one keep it by name.
    func merge(log: inout DiagnosticLog) -> Merged {
        let ages = plans.map(PlanAges.init)
        let byAge = plans.indices.sorted { (ages[$0].oldest, $0) < (ages[$1].oldest, $1) }
        let defaultOwner = byAge.first { plans[$0].defaultCertificate != nil }
        let defaultCertificate = defaultOwner.flatMap { plans[$0].defaultCertificate }
        var winners: [HostKey: (certificate: String, plan: Int)] = [:]
        for index in plans.indices {
            for binding in plans[index].bindings {
                let host = HostKey(normal: binding.host)
                guard let winner = winners[host] else {
                    winners[host] = (binding.certificate, index)
                    continue
                }
                let isFirst = (ages[index].of(host), index) < (ages[winner.plan].of(host), winner.plan)
                if winner.certificate != binding.certificate {
                    reportConflict(
                        host, winner: isFirst ? index : winner.plan, loser: isFirst ? winner.plan : index, ages: ages,
                        &log)
                }
                if isFirst { winners[host] = (binding.certificate, index) }
            }
        }
        for index in plans.indices {
            guard let own = plans[index].defaultCertificate, own != defaultCertificate else { continue }
            keepDefault(own, of: index, &winners, log: &log)
        }
        return Merged(
            bindings: winners.sorted { $0.key.name < $1.key.name }
                .map { ServerNameBinding(host: $0.key.name, certificate: $0.value.certificate) },
            defaultCertificate: defaultCertificate)
    }

    private func keepDefault(
        _ certificate: String, of index: Int, _ winners: inout [HostKey: (certificate: String, plan: Int)],
        log: inout DiagnosticLog
    ) {
        let plan = plans[index]
        let named = Set(plan.bindings.map { HostKey(normal: $0.host) })
        for host in Set(plan.routes.map { HostKey(normal: $0.match.host) }) where host != .none && winners[host] == nil
        {
            if let wildcard = host.coveringWildcard, named.contains(wildcard) { continue }
            winners[host] = (certificate, index)
        }
        log.add(
            .warning, "DefaultCertificateConflict", on: plan.classReference, field: "spec.parameters",
            "The default certificate of the load balancer '\(plan.name)' is served for its own hosts alone, since it "
                + "shares its listeners with others, and the default certificate of another one comes first",
            value: plan.name,
            remedy: "give the class listeners of its own in its parameters, or one default certificate")
    }

    private func reportConflict(
        _ host: HostKey, winner: Int, loser: Int, ages: [PlanAges], _ log: inout DiagnosticLog
    ) {
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
    /// The default certificate of its HTTPS listeners.
    fileprivate var defaultCertificate: String? { listeners.lazy.compactMap(\.tls?.defaultCertificate).first }

    fileprivate var bindings: [ServerNameBinding] { listeners.first { $0.tls != nil }?.tls?.certificates ?? [] }
}

/// The oldest Ingress of a plan, and of each of its hosts.
private struct PlanAges {
    private var hosts: [HostKey: RouteAge] = [:]
    /// Nil where no route comes from an Ingress.
    private var all: RouteAge?

    init(_ plan: LoadBalancerPlan) {
        for route in plan.routes where route.ingress != nil {
            let age = RouteAge(route)
            let host = HostKey(normal: route.match.host)
            hosts[host] = min(hosts[host] ?? age, age)
            all = min(all ?? age, age)
        }
    }

    /// Last where there is none.
    var oldest: PlanAge { PlanAge(age: all) }

    func of(_ host: HostKey) -> PlanAge { PlanAge(age: hosts[host] ?? all) }

    /// The oldest Ingress with a route for the host.
    func ingress(of host: HostKey) -> NamespacedName? { hosts[host]?.ingress }
}

/// An age, or none, which comes last.
private struct PlanAge: Comparable {
    var age: RouteAge?

    static func < (left: Self, right: Self) -> Bool {
        guard let mine = left.age else { return false }
        guard let other = right.age else { return true }
        return mine < other
    }
}
