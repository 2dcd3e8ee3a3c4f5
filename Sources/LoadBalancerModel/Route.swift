/// One entry of the route table: which requests it takes and what happens to them.
package struct Route: Codable, Hashable, Sendable {
    /// The Ingress that the route comes from, as `namespace/name`; absent for defaults of the class or the controller.
    package var ingress: String?
    /// The field of that Ingress, such as `spec.rules[0].http.paths[1]` or `spec.defaultBackend`.
    package var field: String?
    /// The `pathType` as it stands in the Ingress, where the route comes from a path.
    package var pathType: String?
    /// The path as it stands in the Ingress, `/` where it has none; absent where the route comes from no path.
    package var path: String?
    /// The creation time of the Ingress (RFC 3339), which decides between Ingresses that claim the same; absent counts as oldest.
    package var created: String?
    /// Which default backend it is; present exactly where ``match`` is a ``PathMatch/Kind/fallback`` that has one.
    package var fallbackRank: FallbackRank?
    package var match: RouteMatch
    /// The backend as the Ingress names it; absent where the action needs none.
    package var backend: BackendReference?
    package var filters: RouteFilters
    package var action: RouteAction

    package init(
        ingress: String? = nil,
        field: String? = nil,
        pathType: String? = nil,
        path: String? = nil,
        created: String? = nil,
        fallbackRank: FallbackRank? = nil,
        match: RouteMatch,
        backend: BackendReference? = nil,
        filters: RouteFilters = RouteFilters(),
        action: RouteAction
    ) {
        self.ingress = ingress
        self.field = field
        self.pathType = pathType
        self.path = path
        self.created = created
        self.fallbackRank = fallbackRank
        self.match = match
        self.backend = backend
        self.filters = filters
        self.action = action
    }
}

/// The kinds of default backends, in the order in which they are preferred.
package enum FallbackRank: String, Codable, Hashable, Sendable, CaseIterable {
    /// That of an Ingress with a rule for the host.
    case host
    /// That of an Ingress without rules.
    case ingressWithoutRules = "ingress-without-rules"
    /// That of any other Ingress.
    case ingress
    /// That of the class's parameters.
    case ingressClass = "class"
    /// That of the controller.
    case controller
}

/// The backend that a route names, before it is resolved into targets.
package enum BackendReference: Hashable, Sendable {
    /// A Service as `namespace/name` and a port by number or name, as it stands in the Ingress.
    case service(name: String, port: String)
    /// An object of another kind as `namespace/name`.
    case resource(apiGroup: String, kind: String, name: String)
}

/// What a request must look like for a route to take it. All conditions must hold.
package struct RouteMatch: Codable, Hashable, Sendable {
    /// An exact host, or `*.` and a domain for one label below it; absent for requests that no other host of the plan takes.
    package var host: String?
    package var path: PathMatch
    /// Header conditions; all must hold.
    package var headers: [ValueMatch]
    /// Query parameter conditions; all must hold.
    package var queryParameters: [ValueMatch]
    /// The methods taken; empty for every method.
    package var methods: [String]
    /// The client networks in CIDR form that are taken; empty for every client.
    package var clientNetworks: [String]

    package init(
        host: String? = nil,
        path: PathMatch,
        headers: [ValueMatch] = [],
        queryParameters: [ValueMatch] = [],
        methods: [String] = [],
        clientNetworks: [String] = []
    ) {
        self.host = host
        self.path = path
        self.headers = headers
        self.queryParameters = queryParameters
        self.methods = methods
        self.clientNetworks = clientNetworks
    }
}

extension RouteMatch {
    /// Whether host and path alone decide.
    package var isUnconditional: Bool {
        headers.isEmpty && queryParameters.isEmpty && methods.isEmpty && clientNetworks.isEmpty
    }
}

/// How the path of a request is compared. Paths are compared in their normal form.
package struct PathMatch: Codable, Hashable, Sendable {
    package enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
        /// The whole path, case-sensitively.
        case exact = "Exact"
        /// The path's leading elements, case-sensitively; a trailing slash of either side is ignored.
        case prefix = "Prefix"
        /// An RE2 regular expression that must match at the start of the path, without regard to case: the matching
        /// mode that ingress-nginx gives a host as soon as one of its paths asks for it.
        case regularExpression = "RegularExpression"
        /// The whole path, case-sensitively, as a pattern in which `*` stands for any text and `?` for one character: the
        /// path patterns of AWS's load balancers.
        case pattern = "Pattern"
        /// An RE2 regular expression that must be found in the path, with regard to case. Other than
        /// ``regularExpression`` it leaves the other paths of its host what they are.
        case expression = "Expression"
        /// Every path that no other route of the same host takes. Without a host: every request that nothing takes.
        case fallback = "Default"
    }

    package var kind: Kind
    /// The path or the expression; empty for ``Kind/fallback``.
    package var value: String

    package enum CodingKeys: String, CodingKey {
        case kind = "type"
        case value
    }

    package init(kind: Kind, value: String = "") {
        self.kind = kind
        self.value = value
    }
}

/// A condition on a header field or a query parameter.
///
/// An expression for the header field `Host` is searched for in the host of the request, without port, trailing dot and
/// regard to case.
package struct ValueMatch: Codable, Hashable, Sendable {
    package enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
        case exact = "Exact"
        case regularExpression = "RegularExpression"
        /// Any value will do.
        case present = "Present"
    }

    /// The name; of a query parameter empty for any.
    package var name: String
    package var kind: Kind
    package var value: String

    package enum CodingKeys: String, CodingKey {
        case name
        case kind = "type"
        case value
    }

    package init(name: String, kind: Kind, value: String = "") {
        self.name = name
        self.kind = kind
        self.value = value
    }
}
