extension Secret: ManifestDecodable {
    init?(reading document: inout FieldReader, metadata: ObjectMeta) {
        document.collector.isSecret = true
        let type = document.string("type") ?? ""
        self.init(metadata: metadata, type: type.isEmpty ? "Opaque" : type)
        for entry in document.map("data") {
            if let bytes = Data.read(entry, field: "data", document.collector) { data[entry.key] = SecretValue(bytes) }
        }
        for (key, value) in document.stringMap("stringData") { data[key] = SecretValue(Array(value.utf8)) }
        Data.checkKeys(data.keys, field: "data", document)
        if self.type == "kubernetes.io/tls" {
            for key in ["tls.crt", "tls.key"] where data[key] == nil && !document.collector.hasErrors {
                document.collector.required(
                    "data[\(key)]", line: document.line(of: "data"), remedy: "add it, as kubectl create secret tls does"
                )
            }
        }
        _ = document.boolean("immutable")
    }

    var erased: AnyKubernetesObject { .secret(self) }
}

extension ConfigMap: ManifestDecodable {
    init?(reading document: inout FieldReader, metadata: ObjectMeta) {
        self.init(metadata: metadata)
        data = document.stringMap("data")
        for entry in document.node("data")?.entries ?? [] {
            var place = document.collector.location
            place.line = entry.line
            places[entry.key] = place
        }
        for entry in document.map("binaryData") {
            binaryData[entry.key] = Data.read(entry, field: "binaryData", document.collector)
        }
        Data.checkKeys(data.keys, field: "data", document)
        Data.checkKeys(binaryData.keys, field: "binaryData", document)
        for key in Set(data.keys).intersection(binaryData.keys).sorted() {
            document.collector.invalid(
                "data[\(key)]", line: document.line(of: "data"), value: key.quoted,
                "duplicate of key present in binaryData", remedy: "remove one of them")
        }
        _ = document.boolean("immutable")
    }

    var erased: AnyKubernetesObject { .configMap(self) }
}

/// The data of Secrets and ConfigMaps.
private enum Data {
    /// The bytes of a base64 value.
    static func read(_ entry: ManifestNode.Entry, field: String, _ collector: FindingCollector) -> [UInt8]? {
        let path = "\(field)[\(entry.key.shortened)]"
        switch entry.value.value {
        case .null: return []
        case .string(let text):
            if let bytes = Base64.decode(text) { return bytes }
            let remedy =
                field == "data" ? "encode it with base64, or write it under stringData" : "encode it with base64"
            collector.report(
                .error, .invalidValue, field: path, line: entry.line, problem: "the value is not base64", remedy: remedy
            )
            return nil
        default:
            collector.wrongType(path, entry.value, expected: "a string of base64")
            return nil
        }
    }

    static func checkKeys(_ keys: some Sequence<String>, field: String, _ document: FieldReader) {
        for key in keys.sorted() {
            for problem in NameRules.dataKey(key) {
                document.collector.report(
                    .error, .invalidValue, field: "\(field)[\(key.shortened)]", line: document.line(of: field),
                    problem: "Invalid value: \(key.quoted): \(problem)", value: key)
            }
        }
    }
}

extension Namespace: ManifestDecodable {
    static func nameProblems(_ name: String) -> [String] { NameRules.label(name) }

    init?(reading document: inout FieldReader, metadata: ObjectMeta) {
        document.ignore("spec", "status")
        self.init(metadata: metadata)
    }

    var erased: AnyKubernetesObject { .namespace(self) }
}

extension Node: ManifestDecodable {
    init?(reading document: inout FieldReader, metadata: ObjectMeta) {
        self.init(metadata: metadata)
        let spec = document.object("spec") { spec in
            spec.ignore("podCIDR", "podCIDRs", "configSource", "externalID")
            let taints = spec.objects("taints") { taint in
                taint.ignore("effect", "value", "timeAdded")
                return taint.string("key") ?? ""
            }
            return (
                unschedulable: spec.boolean("unschedulable") ?? false, providerID: spec.string("providerID"),
                taints: taints
            )
        }
        unschedulable = spec?.unschedulable ?? false
        providerID = spec?.providerID
        taints = spec?.taints ?? []
        let status = document.object("status") { status in
            // Much of it, and more with each release; only what the kubelet writes, so that nobody misspells it.
            status.ignoreOthers()
            let addresses = status.objects("addresses") { address in
                NodeAddress(type: address.string("type") ?? "", address: address.string("address") ?? "")
            }
            let conditions = status.objects("conditions") { condition in
                condition.ignoreOthers()
                return (type: condition.string("type"), status: condition.string("status"))
            }
            return (addresses: addresses, isReady: conditions.contains { $0.type == "Ready" && $0.status == "True" })
        }
        addresses = status?.addresses ?? []
        isReady = status?.isReady ?? false
    }

    var erased: AnyKubernetesObject { .node(self) }
}
