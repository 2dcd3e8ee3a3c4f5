import LoadBalancerModel

/// One load balancer of a plan for people.
struct LoadBalancerView {
    let style: TextStyle

    /// - Parameter mark: what stands before the name, such as `+` for a load balancer that is to be created.
    func lines(_ plan: LoadBalancerPlan, mark: String?) -> [String] {
        let title = style.bold("load balancer \(plan.name)")
        let painted = mark.map { style.apply(.green, to: $0) + " " } ?? ""
        return ["\(painted)\(title)"] + settings(plan) + listeners(plan) + routes(plan)
    }

    // MARK: - Head

    private func settings(_ plan: LoadBalancerPlan) -> [String] {
        var table = TextTable()
        func add(_ name: String, _ value: String) {
            table.add([TextTable.Cell("    \(name)", .dim), TextTable.Cell(value)])
        }
        add("class", plan.identity.ingressClass.isEmpty ? "(none)" : plan.identity.ingressClass)
        if !plan.identity.group.isEmpty { add("group", plan.identity.group) }
        add("cluster", plan.identity.cluster)
        add("provider", provider(plan.provider))
        add("scheme", ([plan.scheme.rawValue, plan.addressing.family.rawValue] + plan.addressing.addresses)
            .joined(separator: ", "))
        for setting in AttributesText.settings(plan.attributes) {
            add(setting.name, setting.value)
        }
        return table.lines(style: style)
    }

    private func provider(_ provider: ProviderSelection) -> String {
        guard !provider.settings.isEmpty else { return provider.name }
        let settings = provider.settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return "\(provider.name) (\(settings.joined(separator: ", ")))"
    }

    private func listeners(_ plan: LoadBalancerPlan) -> [String] {
        let certificates = Dictionary(
            plan.certificates.map { ($0.fingerprint, $0) }, uniquingKeysWith: { first, _ in first })
        var lines = ["", "    " + style.dim("listeners")]
        var table = TextTable()
        for listener in plan.listeners {
            let addresses = listener.addresses.isEmpty ? [""] : listener.addresses
            let places = addresses.map { $0.contains(":") ? "[\($0)]:\(listener.port)" : "\($0):\(listener.port)" }
            let tls = listener.tls.map { "TLS \($0.policy.minimumVersion.rawValue) to \($0.policy.maximumVersion.rawValue)" }
            table.add([
                TextTable.Cell("      \(listener.name)"), TextTable.Cell(listener.protocol.rawValue),
                TextTable.Cell(places.joined(separator: ", ")), TextTable.Cell(tls ?? ""),
            ])
            for binding in listener.tls?.certificates ?? [] {
                table.addLine("        " + certificate(binding.host, certificates[binding.certificate]))
            }
            if let tls = listener.tls {
                let reference = tls.defaultCertificate.flatMap { certificates[$0] }
                table.addLine("        " + certificate("any other name", reference))
            }
        }
        lines += table.lines(style: style)
        return lines
    }

    private func certificate(_ name: String, _ reference: CertificateReference?) -> String {
        guard let reference else { return "\(name)  \(style.dim("self-signed, generated"))" }
        return "\(name)  \(reference.secret)  \(style.dim("valid until \(reference.notAfter)"))"
    }

    // MARK: - Routes

    private func routes(_ plan: LoadBalancerPlan) -> [String] {
        guard !plan.routes.isEmpty else { return ["", "    " + style.dim("no routes: every request is answered 404")] }
        let pools = Dictionary(plan.pools.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let sites = Dictionary(plan.staticSites.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let view = RouteView(style: style, pools: pools, staticSites: sites)
        var table = TextTable()
        for (host, routes) in Self.groupedByHost(plan.routes) {
            table.addLine("")
            table.addLine("    " + style.apply(.bold, .cyan, to: host ?? "any other host"))
            for route in routes {
                view.add(route, to: &table)
            }
        }
        return table.lines(style: style)
    }

    /// The routes of each host: named hosts in their order in the plan, then those without a host.
    static func groupedByHost(_ routes: [Route]) -> [(host: String?, routes: [Route])] {
        var order: [String?] = []
        var groups: [String?: [Route]] = [:]
        for route in routes {
            if groups[route.match.host] == nil { order.append(route.match.host) }
            groups[route.match.host, default: []].append(route)
        }
        let named = order.filter { $0 != nil } + order.filter { $0 == nil }
        return named.map { ($0, groups[$0] ?? []) }
    }
}
