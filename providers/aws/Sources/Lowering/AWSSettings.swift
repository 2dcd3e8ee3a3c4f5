package import LoadBalancerModel
package import Provisioning

/// What the parameters of a class say to this provider, in `provider.settings`.
///
/// ``AWSSettings/table`` declares every setting; what isn't in it is an error.
package struct AWSSettings: Hashable, Sendable {
    package enum TargetType: String, Hashable, Sendable, CaseIterable {
        case ip, instance
    }

    package enum ProtocolVersion: String, Hashable, Sendable, CaseIterable {
        case http1 = "HTTP1"
        case http2 = "HTTP2"
        case grpc = "GRPC"
    }

    package enum HealthCheckProtocol: String, Hashable, Sendable, CaseIterable {
        case http = "HTTP"
        case https = "HTTPS"
    }

    package enum MutualAuthenticationMode: String, Hashable, Sendable, CaseIterable {
        case off, passthrough, verify
    }

    package enum Split: String, Hashable, Sendable, CaseIterable {
        case none
        case byHost = "by-host"
    }

    /// An object of S3, or a prefix of objects.
    package struct S3Location: Hashable, Sendable {
        package var bucket: String
        package var key: String

        package init(bucket: String, key: String) {
            self.bucket = bucket
            self.key = key
        }
    }

    /// What a listener has of its own; nil for what all have.
    package struct ListenerSettings: Hashable, Sendable {
        package var inboundCIDRs: [String]?
        package var mutualAuthentication: MutualAuthenticationMode?
        package var trustStore: TrustStore?
        package var ignoresClientCertificateExpiry: Bool?
        package var attributes: [String: String] = [:]

        package init() {}
    }

    package enum TrustStore: Hashable, Sendable {
        case arn(String)
        case bundle(S3Location)
    }

    // What look-ups and credentials use.
    package var region: String?
    package var vpc: String?
    package var clusterName: String?
    package var profile: String?
    package var roleARN: String?

    /// What the load balancer is called when it is made.
    package var name: String?
    /// Ids, or values of the tag `Name`.
    package var subnets: [String] = []
    /// Ids, or values of the tag `Name`.
    package var securityGroups: [String] = []
    package var inboundCIDRs: [String] = []
    /// What differs for single listeners, by port.
    package var listeners: [Int: ListenerSettings] = [:]
    package var targetType = TargetType.ip
    /// The labels that nodes must have to be registered.
    package var targetNodeLabels: [String: String] = [:]
    package var protocolVersion = ProtocolVersion.http1
    /// What is spoken in health checks; nil for what is spoken to targets.
    package var healthCheckProtocol: HealthCheckProtocol?
    /// The status codes of gRPC that are a success.
    package var healthCheckCodes: String?
    package var certificateARNs: [String] = []
    package var certificateDiscovery = false
    package var sslPolicy: String?
    package var webACL = LoadBalancerSpec.WebACL.unmanaged
    package var deletionProtection = false
    package var accessLogs: S3Location?
    package var connectionLogs: S3Location?
    package var mutualAuthentication = MutualAuthenticationMode.off
    package var trustStore: TrustStore?
    package var ignoresClientCertificateExpiry = false
    package var split = Split.none
    /// By key, as given.
    package var attributes: [String: String] = [:]
    package var targetGroupAttributes: [String: String] = [:]
    package var listenerAttributes: [String: String] = [:]

    /// Who asks for a setting, by its name, where that isn't the parameters.
    private var sources: [String: SettingSource] = [:]

    package init() {}

    /// Reads settings.
    ///
    /// - Parameter sources: who asks for a setting, by its name, where that isn't the parameters.
    /// - Throws: ``LoweringError`` that names every setting at fault, its value and the remedy.
    package init(_ settings: [String: String], sources: [String: SettingSource] = [:]) throws(LoweringError) {
        self.sources = sources
        var problems: [String] = []
        for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
            if let problem = read(name, value) { problems.append("\(place(of: name)): \(problem)") }
        }
        problems += Self.logsWithoutBucket(settings).map { "\(place(of: $0.name)): \($0.problem)" }
        problems += contradictions()
        guard problems.isEmpty else {
            throw LoweringError(reason: "InvalidSetting", message: problems.joined(separator: "; "))
        }
    }

    /// What is wrong with a setting by itself, with its value and the remedy; nil where nothing is.
    static func problem(_ name: String, _ value: String) -> String? {
        var settings = AWSSettings()
        return settings.read(name, value)
    }

    /// Whether a setting is of plans, and says nothing of the account, its region or the credentials.
    package static func isOfPlansAlone(_ name: String) -> Bool {
        setting(named: name).map { !["region", "profile", "roleARN"].contains($0.name) } ?? false
    }

    private static func setting(named name: String) -> AWSSetting? {
        table.first { $0.name == name } ?? table.first { $0.takes(name) }
    }

    private mutating func read(_ name: String, _ value: String) -> String? {
        let setting = Self.setting(named: name)
        guard let setting else {
            let known = Self.table.map(\.name).joined(separator: ", ")
            return "the provider aws doesn't know this setting; use one of: \(known)"
        }
        do throws(SettingProblem) {
            try setting.apply(setting.key(of: name), value.trimmed, &self)
            return nil
        } catch {
            let shown = SecretNames.shown(value, named: name)
            return "\"\(shown)\" \(error.finding); \(error.remedy ?? "give \(setting.grammar)")"
        }
    }

    /// Where a setting is made, for people.
    func place(of name: String) -> String { sources[name]?.description ?? "provider.settings.\(name)" }

    /// The settings with what a pool has of its own.
    ///
    /// - Parameter leavesOutBad: whether settings that AWS doesn't take are left out, and are no error.
    /// - Throws: ``RouteRefusal`` that names the field, the setting, its value and the remedy.
    func overlaid(by pool: BackendPool, leavesOutBad: Bool = false) throws(RouteRefusal) -> AWSSettings {
        var overlaid = self
        for (name, value) in (pool.settings ?? [:]).sorted(by: { $0.key < $1.key }) {
            let problem =
                Self.targets.contains { $0.name == name || $0.takes(name) }
                ? overlaid.read(name, value) : "this is no setting of target groups; remove it"
            guard let problem, !leavesOutBad else { continue }
            let place = pool.settingFields?[name].map { "\($0): \(name)" } ?? "provider.settings.\(name)"
            throw RouteRefusal(
                reason: "InvalidSetting", message: "\(place): \(problem) (for the backend \(pool.name))")
        }
        return overlaid
    }

    /// Takes back what a setting says of a guard.
    ///
    /// - Returns: the guard; nil where the setting is of none.
    mutating func withdraw(_ name: String) -> LoadBalancerGuard? {
        switch name {
        case "securityGroups":
            securityGroups = []
            return .clients
        case "inboundCIDRs":
            inboundCIDRs = []
            return .clients
        case "wafWebACL":
            webACL = .unmanaged
            return .webACL
        case "sslPolicy":
            sslPolicy = nil
            return .securityPolicy
        default: return withdrawClientCertificates(name)
        }
    }

    private mutating func withdrawClientCertificates(_ name: String) -> LoadBalancerGuard? {
        let parts = name.split(separator: ".", maxSplits: 2)
        guard parts.count == 3, parts[0] == "listeners", let port = Int(parts[1]) else { return nil }
        switch parts[2] {
        case "mutualAuthentication": listeners[port]?.mutualAuthentication = nil
        case "trustStore": listeners[port]?.trustStore = nil
        case "ignoreClientCertificateExpiry": listeners[port]?.ignoresClientCertificateExpiry = nil
        default: return nil
        }
        return .clientCertificates
    }

    /// The logs that are turned on and have no place.
    static func logsWithoutBucket(_ settings: [String: String]) -> [(name: String, problem: String)] {
        [("access_logs", "accessLogs"), ("connection_logs", "connectionLogs"), ("health_check_logs", "")].compactMap {
            kind, whole in
            let name = "attributes.\(kind).s3.enabled"
            guard settings[name]?.trimmed == "true", settings[whole] == nil,
                settings["attributes.\(kind).s3.bucket"]?.trimmed.isEmpty ?? true
            else { return nil }
            return (name, "\"true\" needs a bucket; name one in \(kind).s3.bucket")
        }
    }

    private func contradictions() -> [String] {
        var problems: [String] = []
        for (port, listener) in listeners.sorted(by: { $0.key < $1.key })
        where (listener.mutualAuthentication ?? mutualAuthentication) == .verify
            && (listener.trustStore ?? trustStore) == nil
        {
            problems.append(
                "\(place(of: "listeners.\(port).mutualAuthentication")): \"verify\" needs a trust store; name one beside it"
            )
        }
        if mutualAuthentication == .verify, trustStore == nil {
            problems.append(
                "provider.settings.mutualAuthentication: \"verify\" needs a trust store; give provider.settings.trustStore"
            )
        }
        if mutualAuthentication != .verify, trustStore != nil {
            problems.append(
                "provider.settings.trustStore takes effect with mutualAuthentication \"verify\" alone; set that, or "
                    + "remove the trust store")
        }
        if !securityGroups.isEmpty, !inboundCIDRs.isEmpty {
            problems.append(
                "provider.settings.inboundCIDRs belongs to the security group that Headgate manages, and "
                    + "securityGroups names others; remove one of them")
        }
        return problems
    }
}

/// Why a value isn't one of a setting's.
struct SettingProblem: Error {
    /// What is wrong with it, after the value: `is not …`.
    var finding: String
    /// What to do; nil to say what the setting takes.
    var remedy: String?
}

extension String {
    /// Without white space around it.
    var trimmed: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
