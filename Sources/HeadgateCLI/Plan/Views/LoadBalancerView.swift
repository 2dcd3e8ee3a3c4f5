import LoadBalancerModel
import Provisioning

/// One load balancer of a plan for people.
struct LoadBalancerView {
    let style: TextStyle

    /// - Parameters:
    ///   - mark: what stands before the name, such as `+` for a load balancer that is to be created.
    ///   - served: what listeners of HTTPS are at a cloud; those that aren't in it are what the plan says.
    func lines(_ plan: LoadBalancerPlan, mark: String?, served: [ServedListener] = []) -> [String] {
        let title = style.bold("load balancer \(plan.name)")
        let painted = mark.map { style.apply(.green, to: $0) + " " } ?? ""
        return ["\(painted)\(title)"] + settings(plan) + listeners(plan, served) + routes(plan)
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
        add(
            "scheme",
            ([plan.scheme.rawValue, plan.addressing.family.rawValue] + plan.addressing.addresses)
                .joined(separator: ", "))
        for setting in AttributesText.settings(plan.attributes) {
            add(setting.name, setting.value)
        }
        for (index, note) in routeView(plan).commonNotes(plan.routes).enumerated() {
            add(index == 0 ? "every route" : "", note.text)
        }
        return table.lines(style: style)
    }

    private func provider(_ provider: ProviderSelection) -> String {
        guard !provider.settings.isEmpty else { return provider.name }
        let settings = provider.redacted.settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return "\(provider.name) (\(settings.joined(separator: ", ")))"
    }

    private func listeners(_ plan: LoadBalancerPlan, _ served: [ServedListener]) -> [String] {
        let certificates = Dictionary(
            plan.certificates.map { ($0.fingerprint, $0) }, uniquingKeysWith: { first, _ in first })
        var lines = ["", "    " + style.dim("listeners")]
        var table = TextTable()
        for listener in plan.listeners {
            let addresses = listener.addresses.isEmpty ? [""] : listener.addresses
            let places = addresses.map { $0.contains(":") ? "[\($0)]:\(listener.port)" : "\($0):\(listener.port)" }
            let served = served.first { $0.name == listener.name }
            let tls = served.map(Self.policy) ?? listener.tls?.policy.description
            table.add([
                TextTable.Cell("      \(listener.name)"), TextTable.Cell(listener.protocol.rawValue),
                TextTable.Cell(places.joined(separator: ", ")), TextTable.Cell(tls ?? ""),
            ])
            let lines =
                served.map { self.certificates($0.certificates) }
                ?? listener.tls.map { self.certificates($0, certificates) } ?? []
            for line in lines {
                table.addLine("        " + line)
            }
        }
        lines += table.lines(style: style)
        return lines
    }

    /// Which certificate answers which name, and under which policy where it is not the listener's.
    private func certificates(_ tls: ListenerTLS, _ known: [String: CertificateReference]) -> [String] {
        var table = TextTable()
        func add(_ name: String, _ reference: CertificateReference?, _ policy: TLSPolicy? = nil) {
            let secret = reference?.secret ?? "self-signed, generated"
            let validity = reference.map { "valid until \($0.notAfter)" } ?? ""
            table.add([
                TextTable.Cell(name), TextTable.Cell(secret), TextTable.Cell(validity, .dim),
                TextTable.Cell(policy?.description ?? ""),
            ])
        }
        for binding in tls.certificates {
            add(binding.host, binding.certificate.flatMap { known[$0] }, binding.policy)
        }
        add(tls.certificates.isEmpty ? "any name" : "any other name", tls.defaultCertificate.flatMap { known[$0] })
        return table.lines(style: style)
    }

    private static func policy(_ served: ServedListener) -> String {
        served.securityPolicy ?? "not made, for want of a certificate"
    }

    /// The certificates from which a cloud chooses by the names that they hold.
    private func certificates(_ served: [ServedCertificate]) -> [String] {
        var table = TextTable()
        func add(_ names: String, _ certificate: ServedCertificate) {
            table.add([
                TextTable.Cell(names), TextTable.Cell(certificate.source),
                TextTable.Cell(certificate.notAfter.map { "valid until \($0)" } ?? "", .dim),
            ])
        }
        for certificate in served { add(Self.shown(certificate.names), certificate) }
        if let standard = served.first { add("any other name", standard) }
        return table.lines(style: style)
    }

    private static func shown(_ names: [String]) -> String {
        guard !names.isEmpty else { return "its names" }
        let rest = names.count - 4
        return rest > 1
            ? names.prefix(4).joined(separator: ", ") + " and \(rest) more" : names.joined(separator: ", ")
    }

    // MARK: - Routes

    private func routes(_ plan: LoadBalancerPlan) -> [String] {
        guard !plan.routes.isEmpty else { return ["", "    " + style.dim("no routes: every request is answered 404")] }
        let view = routeView(plan)
        let common = Set(view.commonNotes(plan.routes))
        var table = TextTable()
        for (host, routes) in Self.groupedByHost(plan.routes) {
            table.addLine("")
            table.addLine("    " + style.apply(.bold, .cyan, to: host ?? "any other host"))
            for route in routes {
                view.add(route, to: &table, without: common)
            }
        }
        return table.lines(style: style)
    }

    private func routeView(_ plan: LoadBalancerPlan) -> RouteView {
        RouteView(
            style: style,
            pools: Dictionary(plan.pools.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first }),
            staticSites: Dictionary(plan.staticSites.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first }))
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
