import KubernetesModel
package import LoadBalancerModel

/// What the annotations of one Ingress ask for, whatever dialect they were written in. An absent value leaves the
/// choice to the class and to the load balancer; an explicit `false` or `none` does not.
package struct IngressSettings: Hashable, Sendable {
    /// Whether the paths are regular expressions. Ask ``requiresRegularExpressions(path:)`` for the mode of a host,
    /// since a rewrite can bring it too.
    package var usesRegularExpressions: Bool?
    package var rewrite: RewriteRule?
    package var redirectToHTTPS: RedirectPolicy?
    /// The annotation that decided on the redirect.
    package var redirectAnnotation: String?
    package var backendProtocol: BackendProtocol?
    /// The largest request body in bytes; 0 for no limit.
    package var maximumRequestBodyBytes: Int?
    package var timeouts: RouteTimeouts
    package var affinity: AffinitySettings
    /// The named group of Ingresses that share a load balancer, where the class shares by group.
    package var group: String?
    /// The dialect that the group is named in, of which each has its own idea of classes that don't say how they share.
    package var groupDialect: AnnotationDialect?
    /// Whether a group of the AWS Load Balancer Controller is named that can't be read.
    var hasUnreadableGroup = false
    /// Where the Ingress stands among those of its load balancer; the lower comes first, whatever their age.
    package var groupOrder = 0
    /// What is asked of the load balancer as a whole.
    var balancer = BalancerSettings()
    /// What is said of the paths whose backend has a name.
    var routing = RoutingSettings()
    /// Whether the Ingress has annotations of the AWS Load Balancer Controller, whose patterns its paths are then.
    var speaksAWS = false
    /// Whether no request may be answered by plain HTTP, since the Ingress asks for certificates of clients.
    var refusesPlainHTTP = false
    /// What is asked of every backend, apart from ``backendProtocol``.
    var backend = BackendSettings()

    /// No annotations: everything is left to the class.
    package init() {
        timeouts = RouteTimeouts()
        affinity = AffinitySettings()
    }

    /// When plain HTTP is answered with a redirect to HTTPS.
    package enum RedirectPolicy: String, Hashable, Sendable, CaseIterable {
        /// On every host of the Ingress.
        case always
        /// On the hosts that have a certificate of their own.
        case hostsWithTLS
        case never
    }

    /// Lets an Ingress be served whose group can't be read, where groups don't matter.
    mutating func forgetUnreadableGroup() {
        balancer.unmet.removeAll { $0.key == AnnotationTable.groupKey }
    }

    /// The redirect to the same place over HTTPS that an action asks for; nil where the backend is none.
    func redirectToHTTPS(of backend: IngressBackend) -> HTTPSRedirect? {
        guard let name = backend.actionName, case .redirectToHTTPS(let redirect)? = routing.actions[name] else {
            return nil
        }
        return redirect
    }

    /// The annotations that ask something of backends which only one provider knows.
    var backendProviderKeys: [String] {
        let names = backend.provider.keys.compactMap { name -> String? in
            switch name {
            case "targetType": "target-type"
            case "targetNodeLabels": "target-node-labels"
            case "backendProtocolVersion": "backend-protocol-version"
            case "healthCheckProtocol": "healthcheck-protocol"
            case "healthCheckCodes": "success-codes"
            default: "target-group-attributes"
            }
        }
        return Set(names).map(AnnotationDialect.awsLoadBalancerController.key).sorted()
    }

    /// The HTTPS port that plain HTTP is to be redirected to.
    var askedRedirectPort: Int? { balancer.fields[.redirectPort].flatMap { Int($0.value) } }

    /// Whether `path` puts its host into ingress-nginx's regular-expression mode: by asking for it, or through a
    /// rewrite that needs it.
    package func requiresRegularExpressions(path: String) -> Bool {
        usesRegularExpressions == true || rewrite?.requiresRegularExpressions(path: path) == true
    }

    /// What becomes of the path of a request that the rule with `path` takes.
    package func pathTreatment(path: String) -> PathTreatment {
        rewrite?.treatment(path: path) ?? .unchanged
    }
}

/// What becomes of the path of a request.
package enum PathTreatment: Hashable, Sendable {
    /// It goes to the backend as it came.
    case unchanged
    /// It is rewritten.
    case rewrite(PathRewrite)
    /// The client is sent elsewhere, and no backend is asked.
    case redirect(Redirect)
}

/// The rewrite that an Ingress asks for.
package struct RewriteRule: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// ingress-nginx's `rewrite-target`: it brings the regular-expression mode to the host of each path that it
        /// changes.
        case nginxTarget
        /// The whole path becomes the value. It needs regular expressions only for its groups.
        case target
        /// The part that the rule's path covers becomes the value.
        case prefix
    }

    package var kind: Kind
    /// A path, in which `$1` to `$9` stand for the groups of the rule's path; with ``Kind/nginxTarget`` also an
    /// absolute URL.
    package var value: String

    package init(kind: Kind, value: String) {
        self.kind = kind
        self.value = value
    }

    func requiresRegularExpressions(path: String) -> Bool {
        switch kind {
        case .nginxTarget: treatment(path: path) != .unchanged
        case .target: refersToGroups
        case .prefix: false
        }
    }

    func treatment(path: String) -> PathTreatment {
        switch kind {
        case .nginxTarget where value == path || (path.isEmpty && value == "/"):
            .unchanged
        case .nginxTarget where isAbsoluteURL:
            .redirect(Redirect(statusCode: 302, location: value))
        case .nginxTarget, .target:
            .rewrite(PathRewrite(kind: .template, value: rooted))
        case .prefix:
            .rewrite(PathRewrite(kind: .replacePrefix, value: value))
        }
    }

    /// Whether the value is a URL with a scheme, which nginx's `rewrite` answers with a redirect.
    private var isAbsoluteURL: Bool {
        value.hasPrefix("http://") || value.hasPrefix("https://")
    }

    /// The value with a leading slash, unless a group may bring it.
    private var rooted: String {
        value.hasPrefix("/") || value.hasPrefix("$") ? value : "/\(value)"
    }

    private var refersToGroups: Bool {
        value.contains("$")
    }
}

/// Session affinity as the annotations of an Ingress set it.
package struct AffinitySettings: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case none, cookie
    }

    package var kind: Kind?
    package var cookieName: String?
    package var cookiePath: String?
    package var maximumAgeSeconds: Int?
    /// The name of the cookie where neither an annotation nor the class names one: that of the dialect that turned
    /// affinity on.
    package var defaultCookieName: String

    /// The cookie's name in the native dialect and in class parameters.
    package static let standardCookieName = "headgate-affinity"
    /// The cookie's name on AWS.
    package static let albCookieName = "AWSALB"
    /// The cookie's name in ingress-nginx.
    package static let nginxCookieName = "INGRESSCOOKIE"

    package init() {
        defaultCookieName = Self.standardCookieName
    }

    /// The affinity of a route, on top of what its class has.
    package func resolved(classAffinity: SessionAffinity?) -> SessionAffinity? {
        let inherited: SessionAffinity
        switch kind {
        case .some(.none): return nil
        case .cookie: inherited = classAffinity ?? SessionAffinity(cookieName: defaultCookieName)
        case nil:
            guard let classAffinity else { return nil }
            inherited = classAffinity
        }
        return SessionAffinity(
            cookieName: cookieName ?? inherited.cookieName,
            cookiePath: cookiePath ?? inherited.cookiePath,
            maximumAgeSeconds: maximumAgeSeconds ?? inherited.maximumAgeSeconds
        )
    }
}
