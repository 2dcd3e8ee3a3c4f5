import KubernetesModel
import LoadBalancerModel

/// Builds the routes of a load balancer.
struct RouteAssembly {
    let members: [Member]
    let hosts: HostTable
    let settings: ClassSettings
    let certificates: SelectedCertificates
    let options: PlannerOptions
    private(set) var backends: BackendAssembly

    init(
        members: [Member], hosts: HostTable, settings: ClassSettings, certificates: SelectedCertificates,
        options: PlannerOptions, snapshot: ClusterSnapshot
    ) {
        self.members = members
        self.hosts = hosts
        self.settings = settings
        self.certificates = certificates
        self.options = options
        self.backends = BackendAssembly(snapshot: snapshot)
    }

    /// The routes in precedence order: exact hosts, wildcards, none; within a host the longest path first; what takes
    /// the rest of a host after its paths, and what takes every other request at the end.
    mutating func assemble(log: inout DiagnosticLog) -> [Route] {
        let defaults = DefaultBackends(
            members: members, hasClassDefault: settings.defaultBackend != nil,
            hasControllerDefault: options.defaultBackend != nil)
        let general = defaults.general(log: &log)
        let hostless = hosts[.none].flatMap { defaults.owner(for: $0, log: &log) } ?? general
        let last = fallback(hostless, host: .none, log: &log)
        var claims = PathClaims(members: members, mergeSlashes: settings.attributes.mergeSlashes)
        var routes: [Route] = []
        for rules in hosts.hosts {
            let claimed = claims.resolve(rules, log: &log)
            for path in claimed { routes.append(route(path, host: rules.host, log: &log)) }
            guard rules.host != .none else { continue }
            let owner = defaults.owner(for: rules, log: &log) ?? general
            let route = fallback(owner, host: rules.host, log: &log)
            if claimed.isEmpty || !(claimed.contains(where: \.takesEverything) || Self.isSame(route, as: last)) {
                routes.append(route ?? .notFound(host: rules.host))
            }
        }
        if let last { routes.append(last) }
        backends.keep(referencedBy: routes)
        return routes
    }

    /// Whether two fallbacks do the same, apart from the host that they are for.
    static func isSame(_ route: Route?, as other: Route?) -> Bool {
        guard var route, let other else { return (route == nil) == (other == nil) }
        route.match.host = other.match.host
        route.fallbackRank = other.fallbackRank
        return route == other
    }

    // MARK: Paths

    private mutating func route(_ claimed: ClaimedPath, host: HostKey, log: inout DiagnosticLog) -> Route {
        let member = members[claimed.field.member]
        var filters = settings.filters(
            member.settings, hasTLS: certificates.hasTLS(host),
            cookiePath: claimed.match.kind == .regularExpression
                ? ExpressionText.literalDirectory(claimed.match.value) : nil)
        var redirect: Redirect?
        switch member.settings.pathTreatment(path: claimed.path) {
        case .unchanged: break
        case .rewrite(let rewrite): filters.rewrite = rewrite
        case .redirect(let answer): redirect = answer
        }
        var route = Route(
            ingress: member.name, field: claimed.field.description, pathType: claimed.pathType.rawValue,
            created: member.created,
            match: RouteMatch(host: host.routeHost, path: claimed.match),
            backend: BackendAssembly.reference(claimed.backend, namespace: member.namespace),
            filters: filters, action: .forward([]))
        route.path = claimed.path
        if let redirect {
            route.action = .redirect(redirect)
            return route
        }
        let site = BackendSite(
            object: member.ingress.reference, field: "\(claimed.field.description).backend",
            namespace: member.namespace)
        route.action =
            backends.assemble(
                claimed.backend, at: site, settings: settings.poolSettings(member.settings),
                mount: MountPoint(claimed.match), log: &log
            ).action
        return route
    }

    // MARK: Default backends

    /// The route of what takes the rest of a host, or of all hosts; nil where nobody does.
    private mutating func fallback(_ owner: DefaultOwner, host: HostKey, log: inout DiagnosticLog) -> Route? {
        switch owner {
        case .member(let position, let rank):
            return fallback(member: members[position], rank: rank, host: host, log: &log)
        case .ingressClass:
            return settings.defaultBackend.map {
                fallback($0.backend, at: $0.site, rank: .ingressClass, host: host, log: &log)
            }
        case .controller:
            return options.defaultBackend.map {
                fallback($0.backend, at: $0.site, rank: .controller, host: host, log: &log)
            }
        case .nobody:
            return nil
        }
    }

    private mutating func fallback(
        member: Member, rank: FallbackRank, host: HostKey, log: inout DiagnosticLog
    ) -> Route? {
        guard let backend = member.ingress.spec.defaultBackend else { return nil }
        let site = BackendSite(
            object: member.ingress.reference, field: "spec.defaultBackend", namespace: member.namespace)
        var route = fallback(backend, at: site, settings: member.settings, rank: rank, host: host, log: &log)
        route.ingress = member.name
        route.field = "spec.defaultBackend"
        route.created = member.created
        return route
    }

    /// The path of a request goes to a default backend as it came: a rewrite speaks of the paths of rules.
    private mutating func fallback(
        _ backend: IngressBackend, at site: BackendSite, settings ingressSettings: IngressSettings? = nil,
        rank: FallbackRank, host: HostKey, log: inout DiagnosticLog
    ) -> Route {
        let match = PathMatch(kind: .fallback)
        let assembled = backends.assemble(
            backend, at: site, settings: settings.poolSettings(ingressSettings), mount: MountPoint(match), log: &log)
        return Route(
            fallbackRank: rank, match: RouteMatch(host: host.routeHost, path: match), backend: assembled.reference,
            filters: settings.filters(
                ingressSettings ?? IngressSettings(), hasTLS: certificates.hasTLS(host), cookiePath: "/"),
            action: assembled.action)
    }
}

extension Route {
    /// Answers 404 to what no path of a host takes, where the default of other hosts must not.
    static func notFound(host: HostKey) -> Route {
        Route(
            match: RouteMatch(host: host.routeHost, path: PathMatch(kind: .fallback)),
            action: .fixedResponse(FixedResponse(statusCode: 404, body: "Not found.\n")))
    }
}
