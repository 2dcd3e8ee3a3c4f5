import LoadBalancerModel

/// What the annotations of one Ingress ask of its load balancer as a whole.
struct BalancerSettings: Hashable, Sendable {
    /// What every Ingress of the load balancer must agree on that says anything of it.
    var fields: [BalancerField: Stated<String>] = [:]
    /// The ports to listen on.
    var listenPorts: Stated<[ListenPort]>?
    /// The ARNs of certificates, the default one first.
    var certificates: Stated<[String]>?
    /// The networks that are let in to the Ingress's ports.
    var inboundCIDRs: Stated<String>?
    /// What guards the load balancer and can't be read.
    var unreadable: [UnreadableGuard] = []

    /// The annotations that ask for any of it, sorted.
    var keys: [String] {
        let others = [listenPorts?.key, certificates?.key, inboundCIDRs?.key].compactMap(\.self)
        return Set(fields.values.map(\.key) + others + unreadable.map(\.key)).sorted()
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
    /// The protocol of a port.
    case listener(Int)

    /// Whether it guards the load balancer, so that an Ingress which asks for another value must not be served on it.
    var isGuarding: Bool {
        switch self {
        case .scheme, .listener: true
        case .addressFamily, .redirectPort, .tag: false
        case .setting(let name):
            ["securityGroups", "wafWebACL", "sslPolicy"].contains(name)
                || name.hasPrefix("listeners.") && !name.contains(".attributes.")
        }
    }

    /// For people, where one annotation holds several of them; nil where the annotation says it.
    var detail: String? {
        switch self {
        case .scheme, .addressFamily, .redirectPort: nil
        case .tag(let key): "for the tag \(key)"
        case .listener(let port): "for the port \(port)"
        case .setting(let name):
            name.hasPrefix("attributes.") || name.hasPrefix("listeners.") ? "for \(name)" : nil
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

/// An annotation that guards the load balancer and can't be read.
struct UnreadableGuard: Hashable, Sendable {
    var key: String
    /// What is wrong with it, with the value and the remedy.
    var message: String
}
