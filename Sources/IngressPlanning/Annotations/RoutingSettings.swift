import KubernetesModel
import LoadBalancerModel

/// What annotations say of the paths whose backend has a name.
struct RoutingSettings: Hashable, Sendable {
    /// What is done with requests, by the name that a path gives as its Service.
    var actions: [String: RouteActionSettings] = [:]
    /// What requests must look like beyond host and path, by the name of the Service.
    var conditions: [String: RouteConditionSettings] = [:]
    /// How the path is changed, by the name of the Service.
    var transforms: [String: PathRewrite] = [:]
    /// The names of actions whose annotations can't be read.
    var unreadableActions: Set<String> = []
    /// The names of Services whose conditions can't be read: their paths must not be served as if there were none.
    var unreadableConditions: Set<String> = []

    /// The name of the port with which a path says that its Service is the name of an action.
    static let port = "use-annotation"

    /// Whether a backend can't be served, since what is said of it can't be read.
    func isUnreadable(_ backend: IngressBackend) -> Bool {
        backend.serviceName.map(unreadableConditions.contains) == true
            || backend.actionName.map(unreadableActions.contains) == true
    }
}

/// An action of an annotation.
enum RouteActionSettings: Hashable, Sendable {
    /// To Services by weight; with a length of time, a client stays at one of them, and with 0 it doesn't. Where nothing is
    /// said it does as long as it stays at a target.
    case forward([Destination], stickinessSeconds: Int?)
    /// To the same place over HTTPS; requests over HTTPS aren't concerned.
    case redirectToHTTPS(HTTPSRedirect)
    /// To another place, over plain HTTP first to HTTPS where that is asked for.
    case redirect(Redirect, overHTTPS: HTTPSRedirect?)
    case fixedResponse(FixedResponse)

    struct Destination: Hashable, Sendable {
        var service: String
        var port: ServicePortReference
        var weight: Int
    }
}

/// The conditions of an annotation.
struct RouteConditionSettings: Hashable, Sendable {
    /// Hosts beside that of the rule.
    var hosts: [String] = []
    /// Regular expressions for hosts beside that of the rule. They take the hosts that no rule names.
    var hostExpressions: [String] = []
    /// Paths beside that of the rule.
    var paths: [PathPattern] = []
    /// What requests must look like: one of them must hold.
    var alternatives = RequestCondition.everything
}

/// Conditions on a request beyond host and path, all of which must hold.
struct RequestCondition: Hashable, Sendable {
    var headers: [ValueMatch] = []
    var queryParameters: [ValueMatch] = []
    /// Empty for all.
    var methods: [String] = []
    /// Empty for all.
    var clientNetworks: [String] = []

    /// Whether every request meets it.
    var isEmpty: Bool { self == RequestCondition() }

    /// The alternatives of what asks for nothing: one array for all of them, since nearly every path has these.
    static let everything = [RequestCondition()]
}

/// A path as the AWS Load Balancer Controller compares it.
struct PathPattern: Hashable, Sendable {
    var text: String
    var form: Form

    enum Form: Hashable, Sendable {
        /// As an Ingress has it.
        case path(IngressPath.PathType)
        /// With wildcards.
        case pattern
        /// A regular expression.
        case expression
    }

    /// A pattern in which `*` stands for any text and `?` for one character; nil for what can't be one.
    init?(_ pattern: String) {
        guard pattern.hasPrefix("/") || pattern.hasPrefix("*") else { return nil }
        if pattern == "/*" || pattern == "*" {
            (text, form) = ("/", .path(.prefix))
        } else {
            (text, form) = (pattern, Self.hasWildcards(pattern) ? .pattern : .path(.exact))
        }
    }

    init(expression: String) {
        (text, form) = (expression, .expression)
    }

    static func hasWildcards(_ text: String) -> Bool { text.contains { "*?".contains($0) } }
}
