extension EndpointSlice: ManifestDecodable {
    private static let maximumEndpoints = 1000
    private static let maximumPorts = 20_000

    init?(reading document: inout FieldReader, metadata: ObjectMeta) {
        let isTypeGiven = document.node("addressType") != nil
        let type: AddressType? = document.choice("addressType")
        if !isTypeGiven { document.required("addressType", remedy: "write IPv4, IPv6 or FQDN") }
        let endpoints = document.objects("endpoints") { Endpoint(reading: &$0, type: type) }
        if endpoints.count > Self.maximumEndpoints {
            document.collector.report(
                .error, .invalidValue, field: "endpoints", line: document.line(of: "endpoints"),
                problem: "Too many: \(endpoints.count): must have at most \(Self.maximumEndpoints) items",
                remedy: "spread them over several slices of the Service")
        }
        let ports = document.objects("ports") { EndpointPort(reading: &$0) }
        Self.checkPorts(ports, document)
        self.init(metadata: metadata, addressType: type ?? .ipv4, endpoints: endpoints, ports: ports)
    }

    private static func checkPorts(_ ports: [EndpointPort], _ document: FieldReader) {
        if ports.count > maximumPorts {
            document.collector.report(
                .error, .invalidValue, field: "ports", line: document.line(of: "ports"),
                problem: "Too many: \(ports.count): must have at most \(maximumPorts) items")
        }
        var seen: Set<String> = []
        for (index, port) in ports.enumerated() where !seen.insert(port.name ?? "").inserted {
            document.collector.report(
                .error, .invalidValue, field: "ports[\(index)].name", line: document.line(of: "ports"),
                problem: "Duplicate value: \((port.name ?? "").quoted)", value: port.name,
                remedy: "give each port a name of its own")
        }
    }

    var erased: AnyKubernetesObject { .endpointSlice(self) }
}

extension Endpoint {
    private static let maximumAddresses = 100

    fileprivate init(reading reader: inout FieldReader, type: EndpointSlice.AddressType?) {
        self.init(addresses: reader.strings("addresses"))
        if addresses.isEmpty {
            reader.required("addresses", "must contain at least 1 address", remedy: "add an address")
        } else if addresses.count > Self.maximumAddresses {
            reader.collector.report(
                .error, .invalidValue, field: reader.field("addresses"), line: reader.line(of: "addresses"),
                problem: "Too many: \(addresses.count): must have at most \(Self.maximumAddresses) items")
        }
        for (index, address) in addresses.enumerated() {
            for problem in Self.problems(address, type) {
                reader.collector.invalid(
                    reader.field("addresses[\(index)]"), line: reader.line(of: "addresses"), value: address.quoted,
                    problem)
            }
        }
        conditions =
            reader.object("conditions") { reader in
                EndpointConditions(
                    ready: reader.boolean("ready"), serving: reader.boolean("serving"),
                    terminating: reader.boolean("terminating"))
            } ?? EndpointConditions()
        hostname = reader.string("hostname")
        if let hostname { reader.check("hostname", hostname, NameRules.label(hostname)) }
        nodeName = reader.string("nodeName")
        zone = reader.string("zone")
        reader.ignore("targetRef", "deprecatedTopology", "hints")
    }

    private static func problems(_ address: String, _ type: EndpointSlice.AddressType?) -> [String] {
        switch type {
        case .ipv4: AddressRules.isIPv4(address) ? [] : ["must be an IPv4 address"]
        case .ipv6: AddressRules.isIPv6(address) ? [] : ["must be an IPv6 address"]
        case .fqdn: NameRules.subdomain(address)
        case nil: []
        }
    }
}

extension EndpointPort {
    fileprivate init(reading reader: inout FieldReader) {
        self.init()
        if let name = reader.string("name"), !name.isEmpty {
            self.name = name
            reader.check("name", name, NameRules.label(name))
        }
        port = reader.integer("port", in: 1...65_535)
        self.protocol = TransportProtocol.read(&reader)
        appProtocol = reader.string("appProtocol")
        if let appProtocol { reader.check("appProtocol", appProtocol, NameRules.qualifiedName(appProtocol)) }
    }
}
