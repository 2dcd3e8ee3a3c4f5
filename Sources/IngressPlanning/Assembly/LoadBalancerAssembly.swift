import KubernetesModel
import LoadBalancerModel

/// A load balancer to be planned: who it belongs to, and whose Ingresses it serves.
struct LoadBalancerDraft: Sendable {
    var identity: LoadBalancerIdentity
    var settings: ClassSettings
    /// In precedence order.
    var members: [Member]
}

/// A plan with what travels apart from it.
struct AssembledLoadBalancer: Sendable {
    var plan: LoadBalancerPlan
    var assets: PlanAssets
}

/// Builds the plan of one load balancer from its members.
struct LoadBalancerAssembly {
    let snapshot: ClusterSnapshot
    let options: PlannerOptions

    func assemble(
        _ whole: LoadBalancerDraft, certificates store: inout CertificateStore, log: inout DiagnosticLog
    ) -> AssembledLoadBalancer {
        var draft = whole
        let merging = BalancerMerging(whole, log: &log)
        draft.members = merging.members
        draft.settings.asked = merging.decision
        let settings = draft.settings
        let hosts = HostTable(members: draft.members)
        let certificates = select(draft, hosts: hosts, &store, log: &log)
        var routes = RouteAssembly(
            members: draft.members, hosts: hosts, settings: settings, certificates: certificates, options: options,
            snapshot: snapshot)
        var plan = LoadBalancerPlan(
            name: draft.identity.loadBalancerName,
            identity: draft.identity,
            provider: settings.provider,
            scheme: settings.scheme,
            addressing: settings.addressing,
            listeners: settings.listeners.map { listener in
                var listener = listener
                listener.tls?.defaultCertificate = certificates.defaultCertificate
                listener.tls?.certificates = certificates.bindings
                return listener
            },
            listenerSource: settings.listenerSource,
            certificates: certificates.references.values.sorted { $0.fingerprint < $1.fingerprint },
            routes: routes.assemble(log: &log),
            attributes: settings.attributes,
            withheld: merging.withheld.isEmpty ? nil : merging.withheld,
            obstacles: merging.obstacles.isEmpty ? nil : merging.obstacles)
        RedirectCheck(settings: settings, servesHTTPS: options.servesHTTPS)
            .report(draft.members, routes: plan.routes, log: &log)
        plan.pools = routes.backends.pools.values.sorted { $0.name < $1.name }
        plan.staticSites = routes.backends.sites.values.sorted { $0.name < $1.name }
        return AssembledLoadBalancer(
            plan: plan,
            assets: PlanAssets(certificates: certificates.materials, files: routes.backends.files))
    }

    private func select(
        _ draft: LoadBalancerDraft, hosts: HostTable, _ store: inout CertificateStore, log: inout DiagnosticLog
    ) -> SelectedCertificates {
        guard draft.settings.hasHTTPSListener else {
            for member in draft.members where !member.ingress.spec.tls.isEmpty {
                log.add(
                    .warning, "NoHTTPSListener", on: member.reference, field: "spec.tls",
                    "The load balancer has no HTTPS listener, so the TLS sections have no effect",
                    remedy: "add a listener with the protocol HTTPS to the parameters of the class")
            }
            return SelectedCertificates()
        }
        var selection = CertificateSelection(
            members: draft.members, hosts: hosts, classDefault: draft.settings.defaultCertificate)
        return selection.select(&store, log: &log)
    }
}
