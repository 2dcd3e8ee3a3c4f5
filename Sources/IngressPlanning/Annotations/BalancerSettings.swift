import LoadBalancerModel

/// What the annotations of one Ingress ask of its load balancer as a whole.
struct BalancerSettings: Hashable, Sendable {
    /// What every Ingress of the load balancer must agree on that says anything of it.
    var fields: [BalancerField: Stated<String>] = [:]
    /// The ports to listen on.
    var listenPorts: Stated<[ListenPort]>?
    /// The ARNs of certificates, the default one first.
    var certificates: Stated<[String]>?
    /// The networks that are let in.
    var inboundCIDRs: Stated<String>?
    /// What is asked of certificates of clients, by port.
    var clientCertificates: Stated<[Int: ClientCertificates]>?
    /// What guards the load balancer or the Ingress and can't be had.
    var unmet: [UnmetAnnotation] = []

    /// The annotations that ask for any of it, sorted.
    var keys: [String] {
        let others = [listenPorts?.key, certificates?.key, inboundCIDRs?.key, clientCertificates?.key]
        return Set(fields.values.map(\.key) + others.compactMap(\.self) + unmet.map(\.key)).sorted()
    }

    /// The annotations that restrict access, or that may be meant to, sorted. Those that ask for no restriction aren't
    /// among them.
    var restrictingKeys: [String] {
        let restrictions: [LoadBalancerGuard] = [.scheme, .clients, .clientCertificates, .webACL]
        var keys = unmet.filter { $0.guarded.map(restrictions.contains) ?? false }.map(\.key)
        if let scheme = fields[.scheme], scheme.value == LoadBalancerScheme.internal.rawValue {
            keys.append(scheme.key)
        }
        if let groups = fields[.setting("securityGroups")] { keys.append(groups.key) }
        if let webACL = fields[.setting("wafWebACL")], webACL.value != AWSGrammar.noWebACL { keys.append(webACL.key) }
        if let networks = inboundCIDRs { keys.append(networks.key) }
        if let stated = clientCertificates, stated.value.values.contains(where: { $0.mode != .off }) {
            keys.append(stated.key)
        }
        return Set(keys).sorted()
    }
}

/// One thing that is asked of a load balancer as a whole, with a value in canonical form.
enum BalancerField: Hashable, Sendable {
    case scheme
    case addressFamily
    /// The HTTPS port that plain HTTP is redirected to.
    case redirectPort
    case tag(String)
    /// A setting of the provider.
    case setting(String)
    /// An attribute of one listener.
    case listenerAttribute(ListenPort, String)

    /// Whether it guards the load balancer, so that an Ingress which asks for another value must not be served on it.
    var isGuarding: Bool {
        switch self {
        case .scheme: true
        case .addressFamily, .redirectPort, .tag, .listenerAttribute: false
        case .setting(let name): ["securityGroups", "wafWebACL", "sslPolicy"].contains(name)
        }
    }

    /// For people, where one annotation holds several of them; nil where the annotation says it.
    var detail: String? {
        switch self {
        case .scheme, .addressFamily, .redirectPort: nil
        case .tag(let key): "for the tag \(key)"
        case .setting(let name): name.hasPrefix("attributes.") ? "for \(name)" : nil
        case .listenerAttribute(_, let attribute): "for \(attribute)"
        }
    }

    /// For a stable order.
    var sortKey: String { "\(self)" }
}

/// A port that annotations ask for.
struct ListenPort: Hashable, Sendable {
    var `protocol`: ListenerProtocol
    var port: Int
}

/// What a listener asks of certificates of clients.
struct ClientCertificates: Hashable, Sendable {
    /// From the least to the most strict.
    enum Mode: String, Hashable, Sendable, CaseIterable, Comparable {
        case off, passthrough, verify

        static func < (left: Mode, right: Mode) -> Bool { left.strictness < right.strictness }

        private var strictness: Int {
            switch self {
            case .off: 0
            case .passthrough: 1
            case .verify: 2
            }
        }
    }

    var mode: Mode
    /// The ARN of the CAs, with ``Mode/verify``.
    var trustStore: String?
    var ignoresExpiry = false

    /// The settings of a listener that say so, by their names behind the port.
    var settings: [String: String] {
        var settings = [Self.modeSetting: mode.rawValue]
        settings[Self.trustStoreSetting] = trustStore
        if ignoresExpiry { settings[Self.expirySetting] = "true" }
        return settings
    }

    static let modeSetting = "mutualAuthentication"
    static let trustStoreSetting = "trustStore"
    static let expirySetting = "ignoreClientCertificateExpiry"
}

extension [Int: ClientCertificates] {
    /// What holds where nothing is said of a port: the strictest of what is asked for, of equal ones that of the lowest
    /// port; nil where nothing is asked of clients.
    var elsewhere: ClientCertificates? {
        for mode in [ClientCertificates.Mode.verify, .passthrough] {
            let ports = filter { $0.value.mode == mode }.keys
            if let port = ports.min() { return self[port] }
        }
        return nil
    }
}

/// An annotation without which its Ingress mustn't be served, and that can't be read or isn't supported.
struct UnmetAnnotation: Hashable, Sendable {
    /// What of the load balancer it guards; nil where it is about the Ingress alone.
    var guarded: LoadBalancerGuard?
    var key: String
    /// Whether it is left aside whatever it says.
    var isUnsupported = false
    /// What is wrong with it, with the value and the remedy.
    var message: String
}
