extension FieldReader {
    /// A length of time as a Go duration.
    mutating func duration(_ name: String, atLeast minimum: Int = 1) -> Milliseconds? {
        guard let node = node(name) else { return nil }
        switch node.value {
        case .string(let text):
            guard let duration = GoDuration.parse(text) else {
                let remedy = Int(text).map { "give the unit, as in \($0)s" } ?? "write it as in 500ms, 5s or 1m30s"
                invalid(name, text.quoted, "must be a duration", remedy: remedy)
                return nil
            }
            if duration.count < minimum {
                invalid(
                    name, text.quoted, "must be at least \(Milliseconds(minimum))", remedy: "write a longer time")
                return nil
            }
            return duration
        case .integer, .float:
            invalid(name, node.text, "must be a duration with its unit", remedy: "write \(node.text)s for seconds")
        default:
            collector.wrongType(field(name), node, expected: "a duration such as 5s or 1m30s")
        }
        return nil
    }

    /// A size in bytes as a Kubernetes quantity.
    mutating func size(_ name: String) -> Int? {
        guard let node = node(name) else { return nil }
        if let number = node.wholeNumber {
            if number >= 0 { return number }
            invalid(name, node.text, "must not be negative")
            return nil
        }
        guard case .string(let text) = node.value else {
            collector.wrongType(field(name), node, expected: "a size such as 10Mi, 1G or 1024")
            return nil
        }
        if let size = Quantity.parse(text) { return size }
        invalid(name, text.quoted, "must be a size", remedy: "write bytes as in 10Mi, 1G or 1024")
        return nil
    }

    /// A field that is either a short form or an object.
    mutating func isObject(_ name: String) -> Bool { node(name)?.entries != nil }
}

extension ProviderParameters {
    /// `provider: software`, or `provider: {name: software, settings: {…}}`.
    static func read(_ parent: inout FieldReader) -> ProviderParameters? {
        guard parent.node("provider") != nil else { return nil }
        if !parent.isObject("provider") {
            guard let name = parent.string("provider") else { return nil }
            parent.check("provider", name, NameRules.label(name))
            return ProviderParameters(name: name)
        }
        return parent.object("provider") { reader in
            let name = reader.string("name") ?? ""
            if name.isEmpty {
                reader.required("name", remedy: "name the provider, such as software")
            } else {
                reader.check("name", name, NameRules.label(name))
            }
            return ProviderParameters(name: name, settings: readSettings(&reader))
        }
    }

    /// The settings are strings; numbers and booleans stand for their text. Their values never show: they may be
    /// credentials.
    private static func readSettings(_ reader: inout FieldReader) -> [String: String] {
        var settings: [String: String] = [:]
        reader.collector.hidden.append(reader.field("settings"))
        for entry in reader.map("settings") {
            switch entry.value.value {
            case .string, .integer, .float, .boolean: settings[entry.key] = entry.value.string ?? entry.value.text
            default:
                reader.collector.report(
                    .error, .invalidType, field: "\(reader.field("settings"))[\(entry.key.shortened)]",
                    line: entry.line,
                    problem: "must be a string, not \(entry.value.typeName)", remedy: "write a string")
            }
        }
        return settings
    }
}

extension SharingParameters {
    /// `sharing: class`, or `sharing: {mode: group, group: shared}`.
    static func read(_ parent: inout FieldReader) -> SharingParameters? {
        guard parent.node("sharing") != nil else { return nil }
        if !parent.isObject("sharing") {
            guard let mode: Mode = parent.choice("sharing") else { return nil }
            if mode == .group {
                parent.required("sharing.group", remedy: "write sharing: {mode: group, group: NAME}")
            }
            return SharingParameters(mode: mode)
        }
        return parent.object("sharing") { reader in
            let group = reader.string("group")
            if let group { reader.check("group", group, NameRules.label(group)) }
            let isModeGiven = reader.node("mode") != nil
            guard let mode: Mode = isModeGiven ? reader.choice("mode") : (group == nil ? .class : .group) else {
                return SharingParameters(mode: .class)
            }
            if mode == .group, group == nil { reader.required("group", remedy: "name the group") }
            if mode != .group, group != nil {
                reader.collector.forbidden(
                    reader.field("group"), line: reader.line(of: "group"), "mode is \(mode.rawValue)",
                    remedy: "remove it, or set mode: group")
            }
            return SharingParameters(mode: mode, group: group)
        }
    }
}

extension ListenerParameters {
    static func readList(_ parent: inout FieldReader) -> [ListenerParameters]? {
        guard parent.node("listeners") != nil else { return nil }
        if parent.items("listeners").isEmpty {
            parent.invalid(
                "listeners", "[]", "must have at least one item", remedy: "add a listener, or leave the field out")
        }
        var listeners = parent.objects("listeners") { ListenerParameters.read(&$0) }.compactMap { $0 }
        nameUnnamed(&listeners)
        var names: Set<String> = []
        for (index, listener) in listeners.enumerated() where !names.insert(listener.name).inserted {
            parent.collector.report(
                .error, .invalidValue, field: parent.field("listeners[\(index)].name"),
                line: parent.line(of: "listeners"), problem: "Duplicate value: \(listener.name.quoted)",
                value: listener.name, remedy: "give each listener a name of its own")
        }
        return listeners
    }

    /// Names the listeners that have no name by protocol and port, each by a name of its own.
    private static func nameUnnamed(_ listeners: inout [ListenerParameters]) {
        var names = Set(listeners.map(\.name))
        for index in listeners.indices where listeners[index].name.isEmpty {
            let stem = "\(listeners[index].protocol.rawValue.lowercased())-\(listeners[index].port)"
            var name = stem
            var number = 2
            while !names.insert(name).inserted {
                name = "\(stem)-\(number)"
                number += 1
            }
            listeners[index].name = name
        }
    }

    /// Reads a listener, with an empty name where it is given none.
    private static func read(_ reader: inout FieldReader) -> ListenerParameters? {
        reader.guardSpelling(of: "addresses")
        let isProtocolGiven = reader.node("protocol") != nil
        let listenerProtocol: ListenerProtocol? = reader.choice("protocol")
        if !isProtocolGiven { reader.required("protocol", remedy: "write HTTP or HTTPS") }
        let isPortGiven = reader.node("port") != nil
        let port = reader.integer("port", in: 1...65_535)
        if !isPortGiven { reader.required("port", remedy: "give the port to listen on") }
        let name = reader.string("name")
        if let name { reader.check("name", name, NameRules.label(name)) }
        let addresses = AddressingParameters.readAddresses(&reader)
        guard let listenerProtocol, let port else { return nil }
        return ListenerParameters(
            name: name ?? "", protocol: listenerProtocol, port: port,
            addresses: addresses)
    }
}

extension AddressingParameters {
    init(reading reader: inout FieldReader) {
        self.init()
        reader.guardSpelling(of: "addresses")
        family = reader.choice("family") ?? .ipv4
        addresses = Self.readAddresses(&reader)
    }

    static func readAddresses(_ reader: inout FieldReader) -> [String] {
        let addresses = reader.strings("addresses")
        for (index, address) in addresses.enumerated()
        where !AddressRules.isIPv4(address) && !AddressRules.isIPv6(address) {
            reader.invalid(
                "addresses[\(index)]", address.quoted, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")
        }
        return addresses
    }
}

extension TLSParameters {
    init(reading reader: inout FieldReader, isClusterScoped: Bool) {
        self.init()
        reader.guardSpelling(of: "minimumVersion")
        minimumVersion = reader.choice("minimumVersion")
        if reader.node("defaultCertificate") == nil { return }
        if !reader.isObject("defaultCertificate"), !isClusterScoped {
            defaultCertificate = reader.string("defaultCertificate").map { SecretReference(name: $0) }
            if let name = defaultCertificate?.name {
                reader.check("defaultCertificate", name, NameRules.subdomain(name))
            }
            return
        }
        defaultCertificate = reader.object("defaultCertificate") { reader in
            let namespace = NamespaceField.read(&reader, isClusterScoped: isClusterScoped)
            let name = reader.string("name") ?? ""
            if name.isEmpty {
                reader.required("name", remedy: "name the Secret")
            } else {
                reader.check("name", name, NameRules.subdomain(name))
            }
            return SecretReference(namespace: namespace, name: name)
        }
    }
}

/// The field `namespace` of a reference.
private enum NamespaceField {
    static func read(_ reader: inout FieldReader, isClusterScoped: Bool) -> String? {
        guard let namespace = reader.string("namespace"), !namespace.isEmpty else {
            if isClusterScoped {
                reader.required(
                    "namespace", remedy: "parameters of cluster scope name the namespace of what they refer to")
            }
            return nil
        }
        reader.check("namespace", namespace, NameRules.label(namespace))
        return namespace
    }
}

extension RedirectParameters {
    private static let statusCodes = [301, 302, 303, 307, 308]

    /// `redirectToHTTPS: true`, or `redirectToHTTPS: {enabled: true, statusCode: 308, port: 8443}`.
    static func read(_ parent: inout FieldReader) -> RedirectParameters? {
        guard parent.node("redirectToHTTPS") != nil else { return nil }
        if !parent.isObject("redirectToHTTPS") {
            return parent.boolean("redirectToHTTPS").map { RedirectParameters(enabled: $0) }
        }
        return parent.object("redirectToHTTPS") { reader in
            var parameters = RedirectParameters()
            parameters.enabled = reader.boolean("enabled") ?? true
            if let code = reader.integer("statusCode") {
                parameters.statusCode = code
                if !statusCodes.contains(code) {
                    reader.collector.unsupported(
                        reader.field("statusCode"), line: reader.line(of: "statusCode"), value: "\(code)",
                        supported: statusCodes.map { "\($0)" })
                }
            }
            parameters.port = reader.integer("port", in: 1...65_535)
            return parameters
        }
    }
}

extension AffinityParameters {
    /// `affinity: cookie`, or `affinity: {type: cookie, cookieName: …, maximumAge: 1h}`.
    static func read(_ parent: inout FieldReader) -> AffinityParameters? {
        guard parent.node("affinity") != nil else { return nil }
        if !parent.isObject("affinity") {
            let kind: Kind? = parent.choice("affinity")
            return kind.map { AffinityParameters(type: $0) }
        }
        return parent.object("affinity") { reader in
            if reader.node("type") == nil { reader.required("type", remedy: "write cookie or none") }
            var parameters = AffinityParameters(type: reader.choice("type") ?? .none)
            parameters.cookieName = reader.string("cookieName")
            if let name = parameters.cookieName, !CookieRules.isName(name) {
                reader.invalid(
                    "cookieName", name.quoted, "must be a token of RFC 6265",
                    remedy: "use letters, digits and any of !#$%&'*+-.^_`|~")
            }
            parameters.maximumAge = reader.duration("maximumAge", atLeast: 1_000)
            return parameters
        }
    }
}

/// The rules for cookies.
private enum CookieRules {
    private static let signs = "!#$%&'*+-.^_`|~"

    static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 128
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || signs.contains($0)) }
    }
}
