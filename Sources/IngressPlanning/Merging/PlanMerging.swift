package import LoadBalancerModel

/// Serves several plans on one set of listeners.
///
/// Every load balancer keeps what it has of its own: settings of routes stay with them, and settings of a load balancer
/// as a whole that differ become settings of its routes where there are such; else one is chosen, and a finding says so.
package enum PlanMerging {
    /// The name of a merged plan.
    package static let mergedName = "headgate-merged"

    /// Divides plans into those that share one set of listeners and those whose parameters give them their own.
    package static func split(
        _ plans: [LoadBalancerPlan]
    ) -> (shared: [LoadBalancerPlan], ownListeners: [LoadBalancerPlan]) {
        (
            plans.filter { $0.listenerSource != .parameters },
            plans.filter { $0.listenerSource == .parameters }
        )
    }

    /// Merges plans into one, under the precedence rules that hold between the Ingresses of one plan. Their order takes
    /// no part. A single plan stays as it is; without any, the result answers every request with 404.
    ///
    /// - Returns: the plan, with the standard listeners, and what was found in merging.
    package static func merge(_ plans: [LoadBalancerPlan]) -> (plan: LoadBalancerPlan, diagnostics: [Diagnostic]) {
        let ordered = plans.sorted {
            ($0.identity.ingressClass, $0.identity.group, $0.name)
                < ($1.identity.ingressClass, $1.identity.group, $1.name)
        }
        guard ordered.count != 1 else { return (ordered[0], []) }
        var log = DiagnosticLog()
        let resources = ResourceMerging(ordered)
        let attributes = AttributeMerging(resources.plans)
        let routes = RouteMerging(resources.plans, settings: attributes).merge(log: &log)
        let ages = resources.plans.map(PlanAges.init)
        let certificates = CertificateMerging(plans: resources.plans, ages: ages).merge(log: &log)
        let tls = PolicyMerging(plans: resources.plans, ages: ages, certificates: certificates).merge(log: &log)
        attributes.report(log: &log)
        var plan = LoadBalancerPlan(
            name: mergedName,
            identity: LoadBalancerIdentity(cluster: ordered.first?.identity.cluster ?? "local", ingressClass: ""),
            scheme: attributes.scheme,
            addressing: attributes.addressing,
            listeners: [
                Listener(name: "http", protocol: .http, port: 80),
                Listener(name: "https", protocol: .https, port: 443, tls: tls),
            ],
            certificates: resources.certificates,
            routes: routes,
            pools: resources.pools,
            attributes: attributes.attributes)
        plan.staticSites = resources.staticSites
        return (plan, log.sorted())
    }
}

extension LoadBalancerPlan {
    /// Names the load balancer in a finding.
    var classReference: ObjectReference {
        ObjectReference(kind: "IngressClass", name: identity.ingressClass)
    }
}
