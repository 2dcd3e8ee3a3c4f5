extension HealthCheckParameters {
    init(reading reader: inout FieldReader) {
        self.init()
        if let path = reader.string("path") {
            self.path = path
            let isPath = path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }
            if !path.hasPrefix("/") || !isPath {
                reader.invalid(
                    "path", path.quoted, "must be an absolute path of a URL",
                    remedy: "start it with a slash, and percent-encode what is no ASCII")
            }
        }
        port = reader.integer("port", in: 1...65_535)
        interval = reader.duration("interval", atLeast: 100) ?? interval
        timeout = reader.duration("timeout") ?? min(timeout, interval)
        if timeout > interval {
            reader.invalid("timeout", "\(timeout)", "must not be longer than the interval of \(interval)")
        }
        healthyThreshold = reader.integer("healthyThreshold", in: 1...100) ?? healthyThreshold
        unhealthyThreshold = reader.integer("unhealthyThreshold", in: 1...100) ?? unhealthyThreshold
        if let codes = reader.string("statusCodes") {
            statusCodes = codes
            if !Self.isListOfCodes(codes) {
                reader.invalid(
                    "statusCodes", codes.quoted, "must be a list of status codes and ranges",
                    remedy: "write it as in 200-399 or 200,204,300-308")
            }
        }
    }

    /// Codes and ranges of codes, separated by commas.
    private static func isListOfCodes(_ text: String) -> Bool {
        text.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { part in
            let ends = part.split(separator: "-", omittingEmptySubsequences: false)
            let codes = ends.compactMap { $0.count == 3 ? Int($0) : nil }
            guard codes.count == ends.count, codes.allSatisfy({ (100...599).contains($0) }) else { return false }
            return codes.count == 1 || (codes.count == 2 && codes[0] <= codes[1])
        }
    }
}

extension TimeoutParameters {
    init(reading reader: inout FieldReader) {
        self.init()
        connect = reader.duration("connect")
        read = reader.duration("read")
        send = reader.duration("send")
        requestHead = reader.duration("requestHead")
        requestBody = reader.duration("requestBody")
        idle = reader.duration("idle")
    }
}

extension LimitParameters {
    private static let minimumHead = 1_024
    private static let maximumHead = 1 << 20

    init(reading reader: inout FieldReader) {
        self.init()
        maximumRequestBody = reader.size("maximumRequestBody")
        maximumRequestHead = reader.size("maximumRequestHead")
        if let size = maximumRequestHead, !(Self.minimumHead...Self.maximumHead).contains(size) {
            reader.invalid("maximumRequestHead", "\(size)", "must be between 1Ki and 1Mi")
        }
        maximumConnections = reader.integer("maximumConnections", in: 1...Int(Int32.max))
    }
}

extension DefaultBackendParameters {
    /// `{namespace: shop, service: web, port: 80}`, or the shape of an Ingress:
    /// `{service: {name: web, port: {number: 80}}}`.
    static func read(_ reader: inout FieldReader, isClusterScoped: Bool) -> DefaultBackendParameters? {
        if reader.isObject("service") {
            var namespace: String?
            if reader.node("namespace") != nil || isClusterScoped {
                namespace = readNamespace(&reader, isClusterScoped: isClusterScoped)
            }
            guard case .service(let name, let port)? = IngressBackend.read(&reader) else { return nil }
            return DefaultBackendParameters(namespace: namespace, service: name, port: port)
        }
        let namespace = readNamespace(&reader, isClusterScoped: isClusterScoped)
        let service = reader.string("service") ?? ""
        if service.isEmpty {
            reader.required("service", remedy: "name the Service")
        } else {
            reader.check("service", service, NameRules.label(service))
        }
        guard let port = readPort(&reader) else { return nil }
        return DefaultBackendParameters(namespace: namespace, service: service, port: port)
    }

    private static func readNamespace(_ reader: inout FieldReader, isClusterScoped: Bool) -> String? {
        guard let namespace = reader.string("namespace"), !namespace.isEmpty else {
            if isClusterScoped {
                reader.required("namespace", remedy: "parameters of cluster scope name the namespace of the Service")
            }
            return nil
        }
        reader.check("namespace", namespace, NameRules.label(namespace))
        return namespace
    }

    private static func readPort(_ reader: inout FieldReader) -> ServicePortReference? {
        guard let node = reader.node("port") else {
            reader.required("port", remedy: "give the Service's port by number or name")
            return nil
        }
        if node.wholeNumber != nil { return reader.integer("port", in: 1...65_535).map { .number($0) } }
        guard case .string(let name) = node.value else {
            reader.collector.wrongType(reader.field("port"), node, expected: "an integer or a string")
            return nil
        }
        let remedy = Int(name) == nil ? nil : "remove the quotes to give the port by number"
        for problem in NameRules.portName(name) { reader.invalid("port", name.quoted, problem, remedy: remedy) }
        return .name(name)
    }
}

extension AccessLogParameters {
    /// `accessLog: json`, or `accessLog: {format: json}`. YAML reads a bare `off` as a boolean; it is meant as the word.
    static func read(_ parent: inout FieldReader) -> AccessLogParameters? {
        guard let node = parent.node("accessLog") else { return nil }
        if node.entries == nil { return format("accessLog", &parent).map { AccessLogParameters(format: $0) } }
        return parent.object("accessLog") { reader in
            if reader.node("format") == nil { reader.required("format", remedy: "write json, common or off") }
            return AccessLogParameters(format: format("format", &reader) ?? .off)
        }
    }

    private static func format(_ name: String, _ reader: inout FieldReader) -> Format? {
        if let node = reader.node(name), case .boolean(false) = node.value, node.text.lowercased() == "off" {
            return .off
        }
        return reader.choice(name)
    }
}
