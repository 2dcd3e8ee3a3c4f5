import KubernetesModel
import LoadBalancerModel

/// Builds the routes of a load balancer.
struct RouteAssembly {
    /// Routes, and what is behind them.
    struct Result {
        var routes: [Route]
        /// See ``LoadBalancerPlan/hostFallback``.
        var hostFallback: Route?
        var backends: BackendAssembly
    }

    let members: [Member]
    let hosts: HostTable
    let settings: ClassSettings
    let certificates: SelectedCertificates
    let options: PlannerOptions
    var backends: BackendAssembly
    /// Whether what answers for hosts is told that no route is for.
    var tellsHostFallback = false
    /// What answers for hosts that no route is for but those of Ingresses that are left out; nil where the last route does.
    private(set) var hostFallback: Route?

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
        var last = fallback(hostless, host: .none, log: &log)
        var claims = PathClaims(members: members, mergeSlashes: settings.attributes.mergeSlashes)
        var routes: [Route] = []
        for rules in hosts.hosts {
            let everything = claims.resolve(rules, log: &log)
            let redirects = HTTPSRedirects(everything, members: members)
            let owner = rules.host == .none ? hostless : defaults.owner(for: rules, log: &log) ?? general
            let claimed = redirects.served(hasDefault: owner != .nobody)
            let hasTLS = certificates.hasTLS(rules.host)
            for path in claimed {
                let route = redirects.applied(to: self.route(path, host: rules.host, hasTLS: hasTLS, log: &log))
                Self.append(
                    route, under: path.isUnreadable ? RequestCondition.everything : path.conditions, to: &routes)
            }
            guard rules.host != .none else {
                if let route = last { last = redirects.applied(to: route) }
                continue
            }
            let route = fallback(owner, host: rules.host, log: &log).map(redirects.applied)
            if claimed.isEmpty || !(claimed.contains(where: \.takesEverything) || Self.isSame(route, as: last)) {
                routes.append(route ?? .notFound(host: rules.host))
            }
        }
        if let last { routes.append(last) }
        if tellsHostFallback {
            // What is wrong with it has been told.
            var silent = DiagnosticLog()
            let route = fallback(general, host: .none, log: &silent)
            hostFallback = Self.isSame(route, as: last) ? nil : route
        }
        backends.keep(referencedBy: routes + [hostFallback].compactMap(\.self))
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

    /// Adds a route for each of the conditions of which one must hold.
    private static func append(_ route: Route, under conditions: [RequestCondition], to routes: inout [Route]) {
        guard conditions != RequestCondition.everything else { return routes.append(route) }
        for condition in conditions {
            var route = route
            route.match.headers = condition.headers
            route.match.queryParameters = condition.queryParameters
            route.match.methods = condition.methods
            route.match.clientNetworks = condition.clientNetworks
            routes.append(route)
        }
    }

    private mutating func route(
        _ claimed: ClaimedPath, host: HostKey, hasTLS: Bool, log: inout DiagnosticLog
    ) -> Route {
        let member = members[claimed.field.member]
        var filters = settings.filters(
            member.settings, hasTLS: hasTLS,
            cookiePath: claimed.match.kind == .regularExpression
                ? ExpressionText.literalDirectory(claimed.match.value) : nil)
        var redirect: Redirect?
        switch member.settings.pathTreatment(path: claimed.path) {
        case .unchanged:
            filters.rewrite = claimed.backend.serviceName.flatMap { member.settings.routing.transforms[$0] }
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
            object: member.reference, field: "backend", of: claimed.field.description, namespace: member.namespace)
        guard !claimed.isUnreadable else {
            route.action = .brokenReference(reason: "InvalidAnnotation")
            return route
        }
        if let name = claimed.backend.actionName {
            apply(member.settings.routing.actions[name], named: name, at: site, member.settings, to: &route, log: &log)
            return route
        }
        route.action =
            backends.assemble(
                claimed.backend, at: site, settings: settings.poolSettings(member.settings),
                mount: MountPoint(claimed.match), log: &log
            ).action
        return route
    }

    // MARK: Actions of annotations

    private mutating func apply(
        _ action: RouteActionSettings?, named name: String, at site: BackendSite, _ ingress: IngressSettings,
        to route: inout Route, log: inout DiagnosticLog
    ) {
        let key = AnnotationDialect.awsLoadBalancerController.key("actions.\(name)")
        switch action {
        case .forward(let destinations, let seconds):
            let place = BackendSite(
                object: site.object, field: "metadata.annotations[\(key)]", namespace: site.namespace,
                isAnnotation: true)
            route.action = forward(destinations, at: place, ingress, mount: MountPoint(route.match.path), log: &log)
            settings.keepClientsAtPool(seconds, filters: &route.filters)
        case .redirect(let redirect, let secure):
            route.action = .redirect(redirect)
            if let secure { route.filters.redirectToHTTPS = secure }
        case .redirectToHTTPS(let secure):
            route.action = .fixedResponse(FixedResponse(statusCode: 404, body: "Not found.\n"))
            route.filters.redirectToHTTPS = secure
        case .fixedResponse(let response):
            route.action = .fixedResponse(response)
        case nil:
            // What is malformed has been told where it stands.
            if !ingress.routing.unreadableActions.contains(name) {
                log.add(
                    .error, "ActionNotFound", on: site.object, field: "\(site.field).service.name",
                    "The port \(RoutingSettings.port) says that '\(name)' is an action, and there is no annotation \(key)",
                    value: name, remedy: "add the annotation, or name a port of the Service")
            }
            route.action = .brokenReference(reason: "ActionNotFound")
        }
    }

    /// To the Services of which there are targets; broken ones are told, and get no share.
    private mutating func forward(
        _ destinations: [RouteActionSettings.Destination], at site: BackendSite, _ ingress: IngressSettings,
        mount: MountPoint, log: inout DiagnosticLog
    ) -> RouteAction {
        var pools: [WeightedPool] = []
        var broken = RouteAction.brokenReference(reason: "ServiceNotFound")
        for destination in destinations {
            let assembled = backends.assemble(
                .service(name: destination.service, port: destination.port), at: site,
                settings: settings.poolSettings(ingress), mount: mount, log: &log)
            guard case .forward(let weighted) = assembled.action else {
                broken = assembled.action
                continue
            }
            pools += weighted.map { WeightedPool(pool: $0.pool, weight: destination.weight) }
        }
        return pools.isEmpty ? broken : .forward(pools)
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
            object: member.reference, field: "spec.defaultBackend", namespace: member.namespace)
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
        if let name = backend.actionName, let ingress = ingressSettings {
            var route = Route(
                fallbackRank: rank, match: RouteMatch(host: host.routeHost, path: match),
                backend: BackendAssembly.reference(backend, namespace: site.namespace),
                filters: settings.filters(ingress, hasTLS: certificates.hasTLS(host), cookiePath: "/"),
                action: .forward([]))
            apply(ingress.routing.actions[name], named: name, at: site, ingress, to: &route, log: &log)
            return route
        }
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
