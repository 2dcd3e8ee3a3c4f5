extension Service: ManifestDecodable {
    static func nameProblems(_ name: String) -> [String] { NameRules.label(name) }

    init?(reading document: inout FieldReader, metadata: ObjectMeta) {
        if document.node("spec") == nil {
            document.required("spec.ports", remedy: "add the ports of the Service")
        }
        let spec = document.object("spec") { ServiceSpec(reading: &$0) } ?? ServiceSpec()
        document.ignore("status")
        self.init(metadata: metadata, spec: spec)
    }

    var erased: AnyKubernetesObject { .service(self) }
}

extension ServiceSpec {
    fileprivate init(reading reader: inout FieldReader) {
        self.init()
        type = reader.choice("type") ?? .clusterIP
        let clusterIPs = reader.strings("clusterIPs")
        clusterIP = reader.string("clusterIP").flatMap { $0.isEmpty ? nil : $0 } ?? clusterIPs.first
        selector = reader.stringMap("selector")
        readFamilies(&reader)
        readExternalName(&reader)
        let declaresPorts = !reader.items("ports").isEmpty
        ports = reader.objects("ports") { ServicePort(reading: &$0) }
        if !declaresPorts, type != .externalName, clusterIP != "None" {
            reader.required("ports", remedy: "add the ports of the Service")
        }
        checkPortNames(reader)
        reader.ignore(
            "externalIPs", "sessionAffinity", "loadBalancerIP", "loadBalancerSourceRanges", "externalTrafficPolicy",
            "healthCheckNodePort", "publishNotReadyAddresses", "sessionAffinityConfig", "ipFamily",
            "ipFamilyPolicy", "allocateLoadBalancerNodePorts", "loadBalancerClass", "internalTrafficPolicy",
            "trafficDistribution", "topologyKeys")
    }

    private mutating func readFamilies(_ reader: inout FieldReader) {
        for text in reader.strings("ipFamilies") {
            guard let family = IPFamily(rawValue: text) else {
                reader.invalid("ipFamilies", text.quoted, "must be IPv4 or IPv6")
                continue
            }
            ipFamilies.append(family)
        }
    }

    private mutating func readExternalName(_ reader: inout FieldReader) {
        let name = reader.string("externalName") ?? ""
        if !name.isEmpty { externalName = name }
        guard type == .externalName else { return }
        let host = name.hasSuffix(".") ? String(name.dropLast()) : name
        if host.isEmpty {
            reader.required("externalName", remedy: "name the host that the Service stands for")
        } else {
            reader.check("externalName", host, NameRules.subdomain(host))
        }
    }

    private func checkPortNames(_ reader: FieldReader) {
        var seen: Set<String> = []
        for (index, port) in ports.enumerated() {
            let field = reader.field("ports[\(index)].name")
            let line = reader.line(of: "ports")
            guard let name = port.name else {
                if ports.count > 1 {
                    reader.collector.required(field, line: line, remedy: "name each port of a Service that has several")
                }
                continue
            }
            for problem in NameRules.label(name) {
                reader.collector.invalid(field, line: line, value: name.quoted, problem)
            }
            if !seen.insert(name).inserted {
                reader.collector.report(
                    .error, .invalidValue, field: field, line: line, problem: "Duplicate value: \(name.quoted)",
                    value: name, remedy: "give each port a name of its own")
            }
        }
    }
}

extension ServicePort {
    fileprivate init(reading reader: inout FieldReader) {
        let name = reader.string("name") ?? ""
        let declaresPort = reader.node("port") != nil
        let port = reader.integer("port", in: 1...65_535)
        if !declaresPort { reader.required("port", remedy: "give the number of the port") }
        self.init(name: name.isEmpty ? nil : name, port: port ?? 0)
        self.protocol = TransportProtocol.read(&reader)
        appProtocol = reader.string("appProtocol")
        if let appProtocol { reader.check("appProtocol", appProtocol, NameRules.qualifiedName(appProtocol)) }
        targetPort = Self.readTargetPort(&reader)
        if let nodePort = reader.integer("nodePort"), nodePort != 0 {
            self.nodePort = nodePort
            if !(1...65_535).contains(nodePort) {
                reader.invalid("nodePort", "\(nodePort)", "must be between 1 and 65535, inclusive")
            }
        }
    }

    private static func readTargetPort(_ reader: inout FieldReader) -> TargetPort? {
        guard let node = reader.node("targetPort") else { return nil }
        if let number = node.wholeNumber {
            if number == 0 { return nil }
            if !(1...65_535).contains(number) {
                reader.invalid("targetPort", "\(number)", "must be between 1 and 65535, inclusive")
            }
            return .number(number)
        }
        guard case .string(let name) = node.value else {
            reader.collector.wrongType(reader.field("targetPort"), node, expected: "an integer or a string")
            return nil
        }
        if name.isEmpty { return nil }
        let remedy = Int(name) == nil ? nil : "remove the quotes to give the port by number"
        for problem in NameRules.portName(name) { reader.invalid("targetPort", name.quoted, problem, remedy: remedy) }
        return .name(name)
    }
}

/// The transport protocols of ports.
enum TransportProtocol: String, CaseIterable {
    case sctp = "SCTP"
    case tcp = "TCP"
    case udp = "UDP"

    /// The field `protocol`, which is TCP unless it says otherwise.
    static func read(_ reader: inout FieldReader) -> String {
        let value: TransportProtocol = reader.choice("protocol") ?? .tcp
        return value.rawValue
    }
}
