import KubernetesModel
import LoadBalancerModel

/// What the parameters of a class, or the command line, say of a thing that annotations speak of as well.
struct ClassStatement<Value: Equatable & Sendable>: Sendable {
    var value: Value
    /// Who says it, for people: `the parameters of the class say`.
    var speaker: String
}

extension ClassSettings {
    init(_ parameters: ResolvedParameters, _ options: PlannerOptions) {
        self.init(
            parameters: parameters, defaultProvider: options.defaultProvider, overrides: options.providerSettings)
    }

    private static let parametersSay = "the parameters of the class say"

    /// The settings of the provider that parameters and command line give, annotations aside. What the command line says
    /// goes before all that the parameters say of the same thing.
    var ownSettings: [String: String] {
        let own = parameters.spec.provider?.settings ?? [:]
        guard !overrides.isEmpty, selectedProvider != PlannerOptions.softwareProvider else { return own }
        return own.filter { name, _ in !overrides.keys.contains { Self.speaks($0, of: name) } }
            .merging(overrides) { _, given in given }
    }

    /// Whether a setting speaks of what another one says of a part of it.
    private static func speaks(_ general: String, of name: String) -> Bool {
        switch general {
        case "deletionProtection": return name == "attributes.deletion_protection.enabled"
        case "accessLogs": return name.hasPrefix("attributes.access_logs.s3.")
        case "connectionLogs": return name.hasPrefix("attributes.connection_logs.s3.")
        default:
            // Of a listener: `listeners.443.inboundCIDRs`, `listeners.443.attributes.KEY`.
            let parts = name.split(separator: ".", maxSplits: 2)
            guard parts.count == 3, parts[0] == "listeners" else { return false }
            guard general.hasPrefix("listenerAttributes.") else { return parts[2] == general }
            return parts[2] == "attributes.\(general.dropFirst("listenerAttributes.".count))"
        }
    }

    private func statement<Value>(_ value: Value, of name: String) -> ClassStatement<Value> {
        ClassStatement(value: value, speaker: overrides[name] == nil ? Self.parametersSay : "--set says")
    }

    private func statement(ofSetting name: String) -> ClassStatement<String>? {
        ownSettings[name].map { statement($0, of: name) }
    }

    /// A list with its parts in order.
    private static func canonical(_ list: String) -> String {
        AWSGrammar.parts(list).sorted().joined(separator: ",")
    }

    private static func networks(_ list: String) -> String { AWSGrammar.canonicalNetworks(AWSGrammar.parts(list)) }

    // MARK: What guards nothing

    /// What is said of a field that guards nothing; nil where nothing is.
    func statement(of field: BalancerField) -> ClassStatement<String>? {
        let spec = parameters.spec
        switch field {
        case .scheme: return spec.scheme.map { ClassStatement(value: $0.rawValue, speaker: Self.parametersSay) }
        case .addressFamily:
            return spec.addressing.map { ClassStatement(value: $0.family.rawValue, speaker: Self.parametersSay) }
        case .redirectPort: return redirectStatement
        case .tag(let key): return spec.tags?[key].map { ClassStatement(value: $0, speaker: Self.parametersSay) }
        case .setting(let name): return statement(ofSetting: name) ?? equivalent(of: name)
        case .listenerAttribute(let listener, let attribute):
            return statement(ofSetting: "listeners.\(listener.port).attributes.\(attribute)")
                ?? statement(ofSetting: "listenerAttributes.\(attribute)")
        }
    }

    /// The port of the redirect, or `false`; nil where the parameters leave the port open.
    private var redirectStatement: ClassStatement<String>? {
        guard let redirect = parameters.spec.redirectToHTTPS else { return nil }
        guard redirect.enabled else { return ClassStatement(value: "false", speaker: Self.parametersSay) }
        return redirect.port.map { ClassStatement(value: String($0), speaker: Self.parametersSay) }
    }

    /// What a setting of another name says of the same thing.
    private func equivalent(of name: String) -> ClassStatement<String>? {
        switch name {
        case "attributes.deletion_protection.enabled": return statement(ofSetting: "deletionProtection")
        case "attributes.idle_timeout.timeout_seconds":
            return parameters.spec.timeouts?.idle.map {
                ClassStatement(value: String(($0.count + 999) / 1000), speaker: Self.parametersSay)
            }
        default: break
        }
        for (prefix, setting) in [("access_logs", "accessLogs"), ("connection_logs", "connectionLogs")] {
            guard let location = ownSettings[setting], name.hasPrefix("attributes.\(prefix).s3.") else { continue }
            let parts = location.trimmingPrefix("s3://").split(separator: "/", maxSplits: 1).map(String.init)
            switch name.split(separator: ".").last {
            case "enabled": return statement("true", of: setting)
            case "bucket": return statement(parts.first ?? "", of: setting)
            default: return statement(parts.count == 2 ? parts[1] : "", of: setting)
            }
        }
        return nil
    }

    /// The ARNs of certificates.
    var certificateStatement: ClassStatement<[String]>? {
        ownSettings["certificateARNs"].map { statement(AWSGrammar.parts($0), of: "certificateARNs") }
    }

    /// The listeners, where they aren't the default pair.
    var listenerStatement: ClassStatement<[ListenPort]>? {
        guard listenerSource == .parameters else { return nil }
        return ClassStatement(
            value: listeners.map { ListenPort(protocol: $0.protocol, port: $0.port) }, speaker: Self.parametersSay)
    }

    // MARK: What guards the load balancer

    /// What is said of a guard; nil where nothing is.
    func statement(of field: GuardField) -> ClassStatement<GuardValue>? {
        switch field {
        case .listener: return nil
        case .scheme:
            return parameters.spec.scheme.map {
                ClassStatement(value: .text($0.rawValue), speaker: Self.parametersSay)
            }
        case .clients:
            if let groups = ownSettings["securityGroups"] {
                return statement(.securityGroups(Self.canonical(groups)), of: "securityGroups")
            }
            return ownSettings["inboundCIDRs"].map { statement(.networks(Self.networks($0)), of: "inboundCIDRs") }
        case .webACL: return ownSettings["wafWebACL"].map { statement(.text($0), of: "wafWebACL") }
        case .securityPolicy: return ownSettings["sslPolicy"].map { statement(.text($0), of: "sslPolicy") }
        case .clientCertificates(let port): return clientCertificates(port: port)
        }
    }

    /// Whether parameters or command line settle a guard on every port.
    func settles(_ guarded: LoadBalancerGuard) -> Bool {
        switch guarded {
        case .scheme: statement(of: GuardField.scheme) != nil
        case .clients: statement(of: GuardField.clients) != nil
        case .clientCertificates: ownSettings[ClientCertificates.modeSetting] != nil
        case .webACL: statement(of: GuardField.webACL) != nil
        case .securityPolicy: statement(of: GuardField.securityPolicy) != nil || minimumVersion != nil
        case .listeners: listenerSource == .parameters
        case .redirects: redirectStatement != nil
        }
    }

    private func clientCertificates(port: Int) -> ClassStatement<GuardValue>? {
        func name(_ setting: String) -> String {
            ownSettings["listeners.\(port).\(setting)"] == nil ? setting : "listeners.\(port).\(setting)"
        }
        let deciding = name(ClientCertificates.modeSetting)
        guard let mode = ownSettings[deciding].flatMap(ClientCertificates.Mode.init) else { return nil }
        let isVerifying = mode == .verify
        let value = ClientCertificates(
            mode: mode,
            trustStore: isVerifying ? ownSettings[name(ClientCertificates.trustStoreSetting)] : nil,
            ignoresExpiry: isVerifying && ownSettings[name(ClientCertificates.expirySetting)] == "true")
        return statement(.certificates(value), of: deciding)
    }

    /// Whether a setting of client certificates is given for a port, or for all.
    func givesClientCertificates(_ setting: String, port: Int) -> Bool {
        ownSettings["listeners.\(port).\(setting)"] != nil || ownSettings[setting] != nil
    }

    /// The networks that are given for single ports.
    var portNetworks: [Int: ClassStatement<GuardValue>] {
        ownSettings.reduce(into: [:]) { networks, setting in
            let parts = setting.key.split(separator: ".")
            guard parts.count == 3, parts[0] == "listeners", parts[2] == "inboundCIDRs", let port = Int(parts[1])
            else { return }
            networks[port] = statement(.networks(Self.networks(setting.value)), of: setting.key)
        }
    }

    private var minimumVersion: TLSParameters.Version? { parameters.spec.tls?.minimumVersion }

    /// What the parameters say of versions of TLS, where a security policy takes older ones.
    func minimumVersion(beyond policy: String) -> ClassStatement<GuardValue>? {
        guard let minimumVersion else { return nil }
        let taken = TLSParameters.Version(securityPolicy: policy)
        if taken == .tls13 || taken == minimumVersion { return nil }
        return ClassStatement(
            value: .text("tls.minimumVersion \(minimumVersion.rawValue)"), speaker: Self.parametersSay)
    }
}

extension TLSParameters.Version {
    /// The oldest version that a security policy of AWS takes; nil where that is older than 1.2, or not known.
    ///
    /// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
    fileprivate init?(securityPolicy: String) {
        let name = securityPolicy.trimmingPrefix("ELBSecurityPolicy-")
        if name.hasPrefix("TLS13-1-3-") {
            self = .tls13
        } else if ["TLS13-1-2-", "TLS-1-2-", "FS-1-2-"].contains(where: { name.hasPrefix($0) }) {
            self = .tls12
        } else {
            return nil
        }
    }
}
