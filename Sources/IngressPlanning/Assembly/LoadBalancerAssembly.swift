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
        for member in whole.members { UnmatchedNames.report(member, log: &log) }
        let refused = Dictionary(options.refused.map { ($0.ingress, $0) }) { first, _ in first }
        let merging = BalancerMerging(whole, refused: Set(refused.keys), log: &log)
        draft.members = merging.members
        draft.settings.asked = merging.decision
        let settings = draft.settings
        var served = draft
        served.members.removeAll { refused[$0.name] != nil }
        // Of two certificates for a host that of a refused Ingress comes last.
        let ranked = served.members + draft.members.filter { refused[$0.name] != nil }
        let certificates = select(ranked, settings, &store, log: &log)
        let assembled = routes(of: served, in: whole, certificates: certificates, log: &log)
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
            absentCertificates: absent(certificates, whole, merging.withheld),
            routes: assembled.routes,
            attributes: settings.attributes,
            withheld: merging.withheld.isEmpty ? nil : merging.withheld,
            unsettledGuards: merging.unsettled.isEmpty ? nil : merging.unsettled,
            hostFallback: assembled.hostFallback)
        RedirectCheck(settings: settings, servesHTTPS: options.servesHTTPS)
            .report(served.members, routes: plan.routes, log: &log)
        var backends = assembled.backends
        plan.withheld = plan.withheld?.map { withheld in
            var withheld = withheld
            withheld.pools = leftOut(withheld.ingress, in: whole, settings: settings, into: &backends).pools
            return withheld
        }
        let absentees = draft.members.compactMap { refused[$0.name] }.map { refused in
            var refused = refused
            (refused.hosts, refused.pools) = leftOut(refused.ingress, in: whole, settings: settings, into: &backends)
            return refused
        }
        plan.refused = absentees.isEmpty ? nil : absentees
        plan.pools = backends.pools.values.sorted { $0.name < $1.name }
        plan.nodes = plan.pools.contains { $0.nodePort != nil } ? NodeSelection.nodes(in: snapshot) : nil
        plan.staticSites = backends.sites.values.sorted { $0.name < $1.name }
        return AssembledLoadBalancer(
            plan: plan,
            assets: PlanAssets(certificates: certificates.materials, files: backends.files))
    }

    /// The certificates that can't be referred to, and those of withheld Ingresses.
    private func absent(
        _ selected: SelectedCertificates, _ draft: LoadBalancerDraft, _ withheld: [WithheldIngress]
    ) -> [AbsentCertificate]? {
        var absent = selected.absent
        let names = Set(withheld.map(\.ingress))
        for member in draft.members where names.contains(member.name) {
            for section in member.ingress.spec.tls {
                guard let name = section.secretName.nonEmpty else { continue }
                let secret = NamespacedName(namespace: member.namespace, name: name).description
                let hosts = section.hosts.map { HostKey($0) }.filter { $0 != .none }.map { Optional($0.name) }
                for host in hosts.isEmpty ? [nil] : hosts {
                    absent.insert(AbsentCertificate(secret: secret, host: host, ingress: member.name))
                }
            }
        }
        guard !absent.isEmpty else { return nil }
        return absent.sorted {
            ($0.secret, $0.host ?? "", $0.ingress ?? "") < ($1.secret, $1.host ?? "", $1.ingress ?? "")
        }
    }

    /// The routes of a load balancer with what is behind them.
    ///
    /// - Parameters:
    ///   - draft: with the Ingresses that are served.
    ///   - whole: with those that are left out as well.
    private func routes(
        of draft: LoadBalancerDraft, in whole: LoadBalancerDraft, certificates: SelectedCertificates,
        log: inout DiagnosticLog
    ) -> RouteAssembly.Result {
        var blank = assembly(draft.members, settings: draft.settings, certificates: certificates)
        blank.tellsHostFallback = draft.members.count < whole.members.count
        var assembly = blank
        var findings = log
        var routes = assembly.assemble(log: &findings)
        // Few load balancers have pools whose names need care.
        if assembly.backends.hasNamesakes || draft.members.count < whole.members.count {
            assembly = blank
            assembly.backends.names = poolNames(whole, settings: draft.settings)
            findings = log
            routes = assembly.assemble(log: &findings)
        }
        log = findings
        return RouteAssembly.Result(routes: routes, hostFallback: assembly.hostFallback, backends: assembly.backends)
    }

    /// What pools are called if nobody is left out, and of several that would have one name the one of the oldest Ingress
    /// has it: a newcomer mustn't take the name of what is live.
    private func poolNames(_ draft: LoadBalancerDraft, settings: ClassSettings) -> PoolNames {
        var backends = BackendAssembly(snapshot: snapshot)
        backends.recordsNames = true
        // What is wrong is told of those who are served.
        var silent = DiagnosticLog()
        for member in draft.members.sorted(by: { $0.age < $1.age }) {
            var alone = assembly([member], settings: settings)
            alone.backends = backends
            _ = alone.assemble(log: &silent)
            backends = alone.backends
        }
        return backends.names
    }

    private func assembly(
        _ members: [Member], settings: ClassSettings, certificates: SelectedCertificates = SelectedCertificates()
    ) -> RouteAssembly {
        RouteAssembly(
            members: members, hosts: HostTable(members: members), settings: settings,
            certificates: certificates, options: options, snapshot: snapshot)
    }

    /// Adds the pools that an Ingress would use if it were served: what it had last needs their targets.
    ///
    /// - Returns: its hosts, and these pools; nil where there are none.
    private func leftOut(
        _ ingress: String, in draft: LoadBalancerDraft, settings: ClassSettings, into backends: inout BackendAssembly
    ) -> (hosts: [String]?, pools: [WithheldPool]?) {
        var alone = assembly(draft.members.filter { $0.name == ingress }, settings: settings)
        alone.backends.names = backends.names
        // What is wrong with it is told once it is served.
        var silent = DiagnosticLog()
        var pools: [WithheldPool] = []
        let routes = alone.assemble(log: &silent).filter { $0.ingress == ingress }
        for route in routes {
            guard case .forward(let weighted) = route.action else { continue }
            for pool in weighted.compactMap({ alone.backends.pools[$0.pool] }) {
                let withheld = WithheldPool(pool: backends.insert(named: pool), affinity: route.filters.affinity)
                if !pools.contains(withheld) { pools.append(withheld) }
            }
        }
        let hosts = Set(routes.compactMap(\.match.host)).sorted()
        return (hosts.isEmpty ? nil : hosts, pools.isEmpty ? nil : pools)
    }

    private func select(
        _ members: [Member], _ settings: ClassSettings, _ store: inout CertificateStore, log: inout DiagnosticLog
    ) -> SelectedCertificates {
        guard settings.hasHTTPSListener else {
            for member in members where !member.ingress.spec.tls.isEmpty {
                log.add(
                    .warning, "NoHTTPSListener", on: member.reference, field: "spec.tls",
                    "The load balancer has no HTTPS listener, so the TLS sections have no effect",
                    remedy: "add a listener with the protocol HTTPS to the parameters of the class")
            }
            return SelectedCertificates()
        }
        var selection = CertificateSelection(
            members: members, hosts: HostTable(members: members), settings: settings)
        return selection.select(&store, log: &log)
    }
}
