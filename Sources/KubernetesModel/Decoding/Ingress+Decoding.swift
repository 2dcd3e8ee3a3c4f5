extension Ingress: ManifestDecodable {
    init?(reading document: inout FieldReader, metadata: ObjectMeta) {
        if document.node("spec") == nil { IngressSpec.reportEmpty(document, rules: nil) }
        let spec = document.object("spec") { IngressSpec(reading: &$0) } ?? IngressSpec()
        if let name = spec.ingressClassName, let annotation = metadata.annotations[Self.classAnnotation],
            annotation != name
        {
            document.collector.invalid(
                "annotations.\(Self.classAnnotation)", line: document.line(of: "metadata"), value: annotation.quoted,
                "must match `ingressClassName` when both are specified", remedy: "remove the deprecated annotation")
        }
        let status = document.object("status") { IngressStatus(reading: &$0) } ?? IngressStatus()
        self.init(metadata: metadata, spec: spec, status: status)
    }

    private static let classAnnotation = "kubernetes.io/ingress.class"

    var erased: AnyKubernetesObject { .ingress(self) }
}

extension IngressSpec {
    fileprivate init(reading reader: inout FieldReader) {
        self.init()
        let hasBackend = reader.node("defaultBackend") != nil
        let rules = reader.items("rules")
        if rules.isEmpty, !hasBackend { Self.reportEmpty(reader, rules: reader.node("rules")) }
        defaultBackend = reader.object("defaultBackend") { IngressBackend.read(&$0) } ?? nil
        self.rules = reader.objects("rules") { IngressRule(reading: &$0) }
        tls = reader.objects("tls") { IngressTLS(reading: &$0) }
        ingressClassName = reader.string("ingressClassName")
        if let name = ingressClassName { reader.check("ingressClassName", name, NameRules.subdomain(name)) }
        if reader.holds("backend") {
            reader.collector.report(
                .warning, .unknownField, field: reader.field("backend"), line: reader.line(of: "backend"),
                problem: "unknown field \"spec.backend\"", remedy: "networking.k8s.io/v1 calls it defaultBackend")
            reader.ignore("backend")
        }
    }

    /// Reports a spec that says nothing; `reader` is that of the spec, or of the document where that has none.
    fileprivate static func reportEmpty(_ reader: FieldReader, rules: ManifestNode?) {
        reader.collector.invalid(
            "spec", line: reader.line(of: "spec"), value: rules == nil ? "null" : "[]",
            "either `defaultBackend` or `rules` must be specified", remedy: "add one of them")
    }
}

extension IngressTLS {
    fileprivate init(reading reader: inout FieldReader) {
        self.init(hosts: reader.strings("hosts"))
        for (index, host) in hosts.enumerated() {
            let problems = host.contains("*") ? NameRules.wildcardSubdomain(host) : NameRules.subdomain(host)
            for problem in problems {
                reader.collector.invalid(
                    reader.field("hosts[\(index)]"), line: reader.line(of: "hosts"), value: host.quoted, problem)
            }
        }
        if let name = reader.string("secretName"), !name.isEmpty {
            secretName = name
            reader.check("secretName", name, NameRules.subdomain(name))
        }
    }
}

extension IngressRule {
    fileprivate init(reading reader: inout FieldReader) {
        self.init()
        if let host = reader.string("host"), !host.isEmpty {
            self.host = host
            Self.checkHost(host, reader)
        }
        let paths = reader.object("http") { http in
            if http.items("paths").isEmpty { http.required("paths", remedy: "add a path, or remove http") }
            return http.objects("paths") { IngressPath.read(&$0) }.compactMap { $0 }
        }
        self.paths = paths ?? []
    }

    private static func checkHost(_ host: String, _ reader: FieldReader) {
        if AddressRules.isAddressLoosely(host) {
            reader.invalid(
                "host", host.quoted, "must be a DNS name, not an IP address",
                remedy: "leave the host out to answer on any address")
        }
        if host.contains("*") {
            reader.check("host", host, NameRules.wildcardSubdomain(host))
        } else {
            for problem in NameRules.subdomain(host) {
                reader.invalid("host", host.quoted, problem, remedy: hostRemedy(host))
            }
        }
    }

    private static func hostRemedy(_ host: String) -> String? {
        if let colon = host.lastIndex(of: ":"), host[host.index(after: colon)...].allSatisfy(\.isNumber) {
            return "remove the port: hosts are matched without it"
        }
        if host != host.lowercased(), NameRules.isSubdomain(host.lowercased()) {
            return "write it in lower case: \(host.lowercased())"
        }
        return nil
    }
}

extension IngressPath {
    /// Sequences that a path of type Exact or Prefix must not hold.
    private static let forbiddenSequences = ["//", "/./", "/../", "%2f", "%2F"]
    private static let forbiddenSuffixes = ["/..", "/."]

    fileprivate static func read(_ reader: inout FieldReader) -> IngressPath? {
        let path = reader.string("path") ?? ""
        let typeNode = reader.node("pathType")
        let type = reader.string("pathType")
        guard typeNode != nil else {
            reader.ignore("backend")
            reader.required(
                "pathType", "pathType must be specified", remedy: "write Prefix, Exact or ImplementationSpecific")
            return nil
        }
        let pathType: PathType? = type.flatMap { PathType(rawValue: $0) }
        switch pathType {
        case .exact, .prefix: checkStrictly(path, reader)
        case .implementationSpecific:
            if !path.isEmpty, !path.hasPrefix("/") { reportRelative(path, reader) }
        case nil:
            if let type {
                reader.collector.unsupported(
                    reader.field("pathType"), line: reader.line(of: "pathType"), value: type,
                    supported: PathType.allCases.map(\.rawValue).sorted())
            }
        }
        let backend: IngressBackend? =
            if reader.node("backend") == nil {
                IngressBackend.reportMissing(reader.field("backend"), line: reader.line, collector: reader.collector)
            } else {
                reader.object("backend") { IngressBackend.read(&$0) } ?? nil
            }
        guard let pathType, let backend else { return nil }
        return IngressPath(path: path, pathType: pathType, backend: backend)
    }

    private static func checkStrictly(_ path: String, _ reader: FieldReader) {
        if !path.hasPrefix("/") { reportRelative(path, reader) }
        for sequence in forbiddenSequences where path.contains(sequence) {
            reader.invalid("path", path.quoted, "must not contain '\(sequence)'")
        }
        for suffix in forbiddenSuffixes where path.hasSuffix(suffix) {
            reader.invalid("path", path.quoted, "cannot end with '\(suffix)'")
        }
    }

    private static func reportRelative(_ path: String, _ reader: FieldReader) {
        reader.invalid("path", path.quoted, "must be an absolute path", remedy: "start it with a slash")
    }
}

extension IngressStatus {
    fileprivate init(reading reader: inout FieldReader) {
        let entries = reader.object("loadBalancer") { loadBalancer in
            loadBalancer.objects("ingress") { IngressLoadBalancerEntry(reading: &$0) }
        }
        self.init(loadBalancer: entries ?? [])
    }
}

extension IngressLoadBalancerEntry {
    fileprivate init(reading reader: inout FieldReader) {
        self.init(ip: reader.string("ip"), hostname: reader.string("hostname"))
        let ports = reader.objects("ports") { port in
            IngressPortStatus(
                port: port.integer("port") ?? 0, protocol: port.string("protocol") ?? "TCP", error: port.string("error")
            )
        }
        self.ports = ports.isEmpty ? nil : ports
    }
}
