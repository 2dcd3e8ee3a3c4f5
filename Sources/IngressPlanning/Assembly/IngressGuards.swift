import LoadBalancerModel

/// A guard of a load balancer on which its Ingresses must not differ.
enum GuardField: Hashable, Sendable {
    case scheme
    /// Whom it lets in.
    case clients
    case clientCertificates(port: Int)
    case webACL
    case securityPolicy
    /// The protocol of a port.
    case listener(port: Int)

    /// What of the load balancer it guards; nil for protocols, which guard by what they carry.
    var guarded: LoadBalancerGuard? {
        switch self {
        case .scheme: .scheme
        case .clients: .clients
        case .clientCertificates: .clientCertificates
        case .webACL: .webACL
        case .securityPolicy: .securityPolicy
        case .listener: nil
        }
    }

    /// For people, where one annotation holds several of them; nil where the annotation says it.
    var detail: String? {
        switch self {
        case .scheme, .clients, .webACL, .securityPolicy: nil
        case .clientCertificates(let port), .listener(let port): "for the port \(port)"
        }
    }

    /// For a stable order.
    var sortKey: String { "\(self)" }
}

/// The value of a guard, in canonical form.
enum GuardValue: Hashable, Sendable, CustomStringConvertible {
    case text(String)
    case securityGroups(String)
    case networks(String)
    case certificates(ClientCertificates)
    case `protocol`(ListenerProtocol)

    /// For people.
    var description: String {
        switch self {
        case .text(let text), .securityGroups(let text), .networks(let text): text
        case .protocol(let name): name.rawValue.uppercased()
        case .certificates(let certificates):
            [
                certificates.mode.rawValue, certificates.trustStore.map { "with \($0)" },
                certificates.ignoresExpiry ? "without regard to expiry" : nil,
            ].compactMap(\.self).joined(separator: " ")
        }
    }
}

/// The guards that one Ingress asks for.
struct IngressGuards {
    private let balancer: BalancerSettings
    private let settings: ClassSettings

    init(_ member: Member, _ settings: ClassSettings) {
        balancer = member.settings.balancer
        self.settings = settings
    }

    /// The ports that the Ingress is for: those it names, the usual one of HTTPS where it names a certificate alone, else
    /// those of the class.
    var ports: [ListenPort] {
        named ?? settings.listeners.map { ListenPort(protocol: $0.protocol, port: $0.port) }
    }

    /// The ports that annotations of the Ingress name; nil where none does or the parameters decide.
    var named: [ListenPort]? {
        guard settings.listenerSource != .parameters else { return nil }
        if let ports = balancer.listenPorts?.value { return ports }
        return balancer.certificates == nil ? nil : [ListenPort(protocol: .https, port: 443)]
    }

    /// The annotation that names the ports.
    var portsKey: String? { balancer.listenPorts?.key ?? balancer.certificates?.key }

    /// Whether plain HTTP, through which requests come without a certificate of the client, is nothing that the Ingress asks
    /// for: the class does, or other Ingresses.
    var needsHTTPS: Bool {
        balancer.clientCertificates?.value.elsewhere != nil
            && balancer.listenPorts?.value.contains { $0.protocol == .http } != true
    }

    /// What the Ingress says of whom the load balancer lets in. As with AWS's controller, security groups go before
    /// networks.
    var clients: Stated<GuardValue>? {
        if let groups = balancer.fields[.setting("securityGroups")] {
            return Stated(value: .securityGroups(groups.value), key: groups.key)
        }
        return balancer.inboundCIDRs.map { Stated(value: .networks($0.value), key: $0.key) }
    }

    /// What the Ingress asks of certificates of clients on a port: what it says of that port, and on one that it doesn't
    /// ask for itself the strictest that it says of others, for its rules are served there too.
    func clientCertificates(port: Int) -> Stated<GuardValue>? {
        guard let stated = balancer.clientCertificates else { return nil }
        let isOwn =
            settings.listenerSource != .parameters
            && balancer.listenPorts?.value.contains { $0.port == port } == true
        guard let value = stated.value[port] ?? (isOwn ? nil : stated.value.elsewhere) else { return nil }
        return Stated(value: .certificates(value), key: stated.key)
    }

    /// All of them.
    ///
    /// - Parameter certificatePorts: the ports that anyone says something of, as to certificates of clients.
    func all(certificatePorts: Set<Int>) -> [GuardField: Stated<GuardValue>] {
        var guards: [GuardField: Stated<GuardValue>] = [:]
        let texts: [(GuardField, BalancerField)] = [
            (.scheme, .scheme), (.webACL, .setting("wafWebACL")), (.securityPolicy, .setting("sslPolicy")),
        ]
        for (guarded, field) in texts {
            guards[guarded] = balancer.fields[field].map { Stated(value: .text($0.value), key: $0.key) }
        }
        guards[.clients] = clients
        for port in certificatePorts { guards[.clientCertificates(port: port)] = clientCertificates(port: port) }
        if let key = portsKey {
            for port in named ?? [] {
                guards[.listener(port: port.port)] = Stated(value: .protocol(port.protocol), key: key)
            }
        }
        return guards
    }
}
