import KubernetesModel
import LoadBalancerModel

/// A value of parameters that cannot be honoured.
struct ParametersViolation: Hashable {
    /// The field, from `spec` on.
    var field: String
    var finding: String
    var value: String?
    var remedy: String
}

/// The rules that parameters must keep beyond the types of their fields.
enum ParameterValidation {
    private static let ports = 1...65_535

    /// Every violation in `spec`, in the order of its fields. `source` is the object that holds it.
    static func violations(of spec: IngressParametersSpec, source: ObjectReference) -> [ParametersViolation] {
        var found: [ParametersViolation] = []
        if let provider = spec.provider, provider.name.isEmpty {
            found.append(
                ParametersViolation(
                    field: "spec.provider.name", finding: "The provider has no name", value: "",
                    remedy: "name a provider, such as software"))
        }
        if let sharing = spec.sharing { found += violations(of: sharing) }
        if let listeners = spec.listeners { found += violations(of: listeners) }
        if let addressing = spec.addressing { found += violations(of: addressing) }
        if let redirect = spec.redirectToHTTPS { found += violations(of: redirect) }
        if let affinity = spec.affinity { found += violations(of: affinity) }
        if let healthCheck = spec.healthCheck { found += violations(of: healthCheck) }
        if let timeouts = spec.timeouts { found += violations(of: timeouts) }
        if let limits = spec.limits { found += violations(of: limits) }
        found += namespaceViolations(of: spec, source: source)
        return found
    }

    private static func violations(of sharing: SharingParameters) -> [ParametersViolation] {
        switch (sharing.mode, sharing.group) {
        case (.group, nil), (.group, ""):
            [
                ParametersViolation(
                    field: "spec.sharing.group", finding: "The sharing mode is 'group' and no group is named",
                    value: sharing.group, remedy: "set spec.sharing.group")
            ]
        case (.group, _), (_, nil): []
        case (_, let group?):
            [
                ParametersViolation(
                    field: "spec.sharing.group",
                    finding: "The group '\(group)' is named with the sharing mode '\(sharing.mode.rawValue)'",
                    value: group, remedy: "remove it, or set spec.sharing.mode to group")
            ]
        }
    }

    private static func violations(of listeners: [ListenerParameters]) -> [ParametersViolation] {
        if listeners.isEmpty {
            return [
                ParametersViolation(
                    field: "spec.listeners", finding: "The list of listeners is empty", value: "[]",
                    remedy: "name at least one listener, or leave the field out for HTTP on 80 and HTTPS on 443")
            ]
        }
        var found: [ParametersViolation] = []
        var names: [String: Int] = [:]
        var claims = ListenerClaims<Int>()
        for (index, listener) in listeners.enumerated() {
            let field = "spec.listeners[\(index)]"
            if listener.name.isEmpty {
                found.append(
                    ParametersViolation(
                        field: "\(field).name", finding: "The listener has no name", value: "",
                        remedy: "give it a name, such as http"))
            } else if let other = names.updateValue(index, forKey: listener.name) {
                found.append(
                    ParametersViolation(
                        field: "\(field).name",
                        finding: "The name '\(listener.name)' is that of spec.listeners[\(other)] too",
                        value: listener.name, remedy: "give each listener a name of its own"))
            }
            found += portViolation(listener.port, field: "\(field).port")
            if let violation = claim(listener, index: index, &claims) { found.append(violation) }
        }
        return found
    }

    /// Claims the addresses of a listener; returns what contends with the first that is not free.
    private static func claim(
        _ listener: ListenerParameters, index: Int, _ claims: inout ListenerClaims<Int>
    ) -> ParametersViolation? {
        let addresses: [String?] = listener.addresses.isEmpty ? [nil] : listener.addresses
        for (position, address) in addresses.enumerated() {
            guard let claim = claims.claim(address, port: listener.port, for: index) else { continue }
            func place(_ address: String?) -> String { address.map { "the address '\($0)'" } ?? "every address" }
            guard claim.holder != index else {
                return ParametersViolation(
                    field: "spec.listeners[\(index)].addresses[\(position)]",
                    finding: "The listener names \(place(address)), which \(place(claim.address)) covers already",
                    value: address, remedy: "name each address once, and an unspecified one alone")
            }
            return ParametersViolation(
                field: "spec.listeners[\(index)].port",
                finding: "The port \(listener.port) on \(place(address)) is taken by spec.listeners[\(claim.holder)], "
                    + "which has it on \(place(claim.address))",
                value: "\(listener.port)", remedy: "give each listener a port or an address of its own")
        }
        return nil
    }

    private static func violations(of addressing: AddressingParameters) -> [ParametersViolation] {
        addressing.addresses.enumerated().compactMap { index, address in
            let isIPv6 = address.contains(":")
            guard addressing.family != .dualstack, isIPv6 != (addressing.family == .ipv6) else { return nil }
            return ParametersViolation(
                field: "spec.addressing.addresses[\(index)]",
                finding: "The address '\(address)' is not of the family '\(addressing.family.rawValue)'",
                value: address, remedy: "set spec.addressing.family to \(isIPv6 ? "ipv6" : "ipv4") or dualstack")
        }
    }

    private static func violations(of redirect: RedirectParameters) -> [ParametersViolation] {
        var found: [ParametersViolation] = []
        if ![301, 302, 303, 307, 308].contains(redirect.statusCode) {
            found.append(
                ParametersViolation(
                    field: "spec.redirectToHTTPS.statusCode",
                    finding: "The status \(redirect.statusCode) is no redirect", value: "\(redirect.statusCode)",
                    remedy: "use 301, 302, 303, 307 or 308"))
        }
        if let port = redirect.port { found += portViolation(port, field: "spec.redirectToHTTPS.port") }
        return found
    }

    private static func violations(of affinity: AffinityParameters) -> [ParametersViolation] {
        var found: [ParametersViolation] = []
        if let name = affinity.cookieName, name.isEmpty || !name.utf8.allSatisfy(isTokenByte) {
            found.append(
                ParametersViolation(
                    field: "spec.affinity.cookieName", finding: "'\(name)' is no cookie name", value: name,
                    remedy: "use letters, digits and any of !#$%&'*+-.^_`|~"))
        }
        if let age = affinity.maximumAge, age.count < 0 {
            found.append(negative(age.count, field: "spec.affinity.maximumAge"))
        }
        return found
    }

    private static func violations(of check: HealthCheckParameters) -> [ParametersViolation] {
        var found: [ParametersViolation] = []
        if !check.path.hasPrefix("/") {
            found.append(
                ParametersViolation(
                    field: "spec.healthCheck.path", finding: "The path '\(check.path)' is not absolute",
                    value: check.path, remedy: "start it with a slash"))
        }
        if let port = check.port { found += portViolation(port, field: "spec.healthCheck.port") }
        for (count, name) in [(check.interval.count, "interval"), (check.timeout.count, "timeout")] where count <= 0 {
            found.append(notPositive(count, field: "spec.healthCheck.\(name)"))
        }
        for (count, name) in [
            (check.healthyThreshold, "healthyThreshold"), (check.unhealthyThreshold, "unhealthyThreshold"),
        ] where count <= 0 {
            found.append(notPositive(count, field: "spec.healthCheck.\(name)"))
        }
        if !areStatusCodes(check.statusCodes) {
            found.append(
                ParametersViolation(
                    field: "spec.healthCheck.statusCodes",
                    finding: "'\(check.statusCodes)' is no list of status codes", value: check.statusCodes,
                    remedy: "write codes and ranges from 100 to 599, such as 200-299 or 200,204"))
        }
        return found
    }

    private static func violations(of timeouts: TimeoutParameters) -> [ParametersViolation] {
        let fields: [(String, Milliseconds?)] = [
            ("connect", timeouts.connect), ("read", timeouts.read), ("send", timeouts.send),
            ("requestHead", timeouts.requestHead), ("requestBody", timeouts.requestBody), ("idle", timeouts.idle),
        ]
        return fields.compactMap { name, value in
            guard let value, value.count <= 0 else { return nil }
            return notPositive(value.count, field: "spec.timeouts.\(name)")
        }
    }

    private static func violations(of limits: LimitParameters) -> [ParametersViolation] {
        var found: [ParametersViolation] = []
        if let bytes = limits.maximumRequestBody, bytes < 0 {
            found.append(negative(bytes, field: "spec.limits.maximumRequestBody"))
        }
        if let bytes = limits.maximumRequestHead, bytes <= 0 {
            found.append(notPositive(bytes, field: "spec.limits.maximumRequestHead"))
        }
        if let count = limits.maximumConnections, count <= 0 {
            found.append(notPositive(count, field: "spec.limits.maximumConnections"))
        }
        return found
    }

    /// Parameters of cluster scope have no namespace of their own, so what they refer to must name one.
    private static func namespaceViolations(
        of spec: IngressParametersSpec, source: ObjectReference
    ) -> [ParametersViolation] {
        guard source.namespace.isEmpty else { return [] }
        var fields: [String] = []
        if let certificate = spec.tls?.defaultCertificate, (certificate.namespace ?? "").isEmpty {
            fields.append("spec.tls.defaultCertificate.namespace")
        }
        if let backend = spec.defaultBackend, (backend.namespace ?? "").isEmpty {
            fields.append("spec.defaultBackend.namespace")
        }
        return fields.map {
            ParametersViolation(
                field: $0, finding: "The parameters are of cluster scope and name no namespace here", value: nil,
                remedy: "name the namespace")
        }
    }

    private static func portViolation(_ port: Int, field: String) -> [ParametersViolation] {
        guard !ports.contains(port) else { return [] }
        return [
            ParametersViolation(
                field: field, finding: "\(port) is no port", value: "\(port)", remedy: "use a port from 1 to 65535")
        ]
    }

    private static func negative(_ value: Int, field: String) -> ParametersViolation {
        ParametersViolation(field: field, finding: "\(value) is negative", value: "\(value)", remedy: "use 0 or more")
    }

    private static func notPositive(_ value: Int, field: String) -> ParametersViolation {
        ParametersViolation(
            field: field, finding: "\(value) is not positive", value: "\(value)", remedy: "use more than 0")
    }

    /// Whether a byte may stand in a token (RFC 9110, section 5.6.2), as a cookie's name is one.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default:
            "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    private static func areStatusCodes(_ text: String) -> Bool {
        let entries = text.split(separator: ",", omittingEmptySubsequences: false)
        return entries.allSatisfy { entry in
            let bounds = entry.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard (1...2).contains(bounds.count) else { return false }
            let codes = bounds.compactMap { $0 }.filter { (100...599).contains($0) }
            return codes.count == bounds.count && codes[0] <= codes[codes.count - 1]
        }
    }
}
