extension IngressBackend {
    /// Reads a backend as the API server validates it.
    static func read(_ reader: inout FieldReader) -> IngressBackend? {
        let hasService = reader.node("service") != nil
        let hasResource = reader.node("resource") != nil
        let line = reader.line
        switch (hasService, hasResource) {
        case (true, true):
            reader.collector.invalid(
                reader.path, line: line, value: "\"\"", "cannot set both resource and service backends",
                remedy: "remove one of them")
            return nil
        case (false, true):
            return reader.object("resource") { readResource(&$0) }.flatMap { $0 }
        case (true, false):
            let path = reader.path
            return reader.object("service") { readService(&$0, backend: path, line: line) }.flatMap { $0 }
        case (false, false):
            let isOldShape = reader.holds("serviceName") || reader.holds("servicePort")
            return reportMissing(
                reader.path, line: line, collector: reader.collector,
                remedy: isOldShape
                    ? "networking.k8s.io/v1 writes service: {name: web, port: {number: 80}} instead of serviceName and servicePort"
                    : "name a service with its port, or a resource")
        }
    }

    static func reportMissing(
        _ field: String, line: Int, collector: FindingCollector,
        remedy: String = "name a service with its port, or a resource"
    ) -> IngressBackend? {
        collector.invalid(field, line: line, value: "\"\"", "resource or service backend is required", remedy: remedy)
        return nil
    }

    private static func readService(_ reader: inout FieldReader, backend: String, line: Int) -> IngressBackend? {
        let name = reader.string("name") ?? ""
        if name.isEmpty {
            reader.required("name", remedy: "name a Service of the namespace")
        } else {
            reader.check("name", name, NameRules.label(name))
        }
        let port = reader.object("port") { port in
            (number: port.integer("number") ?? 0, name: port.string("name") ?? "")
        }
        let collector = reader.collector
        switch (port?.number ?? 0, port?.name ?? "") {
        case (0, ""):
            collector.required(
                backend, line: line, "port name or number is required",
                remedy: "add port: {number: 80} or port: {name: http}")
            return nil
        case (let number, "") where (1...65_535).contains(number):
            return .service(name: name, port: .number(number))
        case (let number, ""):
            collector.invalid(
                reader.field("port.number"), line: reader.line(of: "port"), value: "\(number)",
                "must be between 1 and 65535, inclusive")
            return nil
        case (0, let portName):
            for problem in NameRules.portName(portName) {
                collector.invalid(
                    reader.field("port.name"), line: reader.line(of: "port"), value: portName.quoted, problem)
            }
            return .service(name: name, port: .name(portName))
        default:
            collector.invalid(
                backend, line: line, value: "\"\"", "cannot set both port name & port number",
                remedy: "remove one of them")
            return nil
        }
    }

    private static func readResource(_ reader: inout FieldReader) -> IngressBackend? {
        let reference = TypedObjectReference.read(&reader)
        return .resource(reference)
    }
}

extension TypedObjectReference {
    /// Reads `apiGroup`, `kind` and `name`.
    static func read(_ reader: inout FieldReader) -> TypedObjectReference {
        let group = reader.string("apiGroup")
        if let group { reader.check("apiGroup", group, NameRules.subdomain(group)) }
        func text(_ name: String) -> String {
            guard let text = reader.string(name), !text.isEmpty else {
                reader.required(name)
                return ""
            }
            reader.check(name, text, NameRules.pathSegment(text))
            return text
        }
        let kind = text("kind")
        return TypedObjectReference(apiGroup: group ?? "", kind: kind, name: text("name"))
    }
}
