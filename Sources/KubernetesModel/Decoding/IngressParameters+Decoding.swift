extension IngressParameters: ManifestDecodable {
    init?(reading document: inout FieldReader, metadata: ObjectMeta) {
        document.guardSpelling(of: "spec")
        let spec = document.object("spec") { IngressParametersSpec(reading: &$0, isClusterScoped: false) }
        document.ignore("status")
        self.init(metadata: metadata, spec: spec ?? IngressParametersSpec())
    }

    var erased: AnyKubernetesObject { .ingressParameters(self) }
}

extension ClusterIngressParameters: ManifestDecodable {
    init?(reading document: inout FieldReader, metadata: ObjectMeta) {
        document.guardSpelling(of: "spec")
        let spec = document.object("spec") { IngressParametersSpec(reading: &$0, isClusterScoped: true) }
        document.ignore("status")
        self.init(metadata: metadata, spec: spec ?? IngressParametersSpec())
    }

    var erased: AnyKubernetesObject { .clusterIngressParameters(self) }
}

extension IngressParametersSpec {
    /// Reads the fields of a spec.
    ///
    /// - Parameter isClusterScoped: Whether references must name their namespace, for want of one of the object's own.
    init(reading reader: inout FieldReader, isClusterScoped: Bool) {
        self.init()
        reader.guardSpelling(of: "scheme", "listeners", "addressing", "tls", "redirectToHTTPS")
        provider = ProviderParameters.read(&reader)
        scheme = reader.choice("scheme")
        sharing = SharingParameters.read(&reader)
        listeners = ListenerParameters.readList(&reader)
        addressing = reader.object("addressing") { AddressingParameters(reading: &$0) }
        tls = reader.object("tls") { TLSParameters(reading: &$0, isClusterScoped: isClusterScoped) }
        redirectToHTTPS = RedirectParameters.read(&reader)
        algorithm = reader.choice("algorithm")
        affinity = AffinityParameters.read(&reader)
        healthCheck = reader.object("healthCheck") { HealthCheckParameters(reading: &$0) }
        timeouts = reader.object("timeouts") { TimeoutParameters(reading: &$0) }
        limits = reader.object("limits") { LimitParameters(reading: &$0) }
        defaultBackend = reader.object("defaultBackend") {
            DefaultBackendParameters.read(&$0, isClusterScoped: isClusterScoped)
        }.flatMap { $0 }
        accessLog = AccessLogParameters.read(&reader)
        tags = reader.node("tags") == nil ? nil : reader.stringMap("tags")
        compatibility = reader.choice("compatibility")
        mergeSlashes = reader.boolean("mergeSlashes")
    }

    /// Reads parameters from a ConfigMap, each of whose keys is a field with its value as YAML.
    ///
    /// - Returns: The parameters, or nil where the findings hold an error. The findings name the ConfigMap and the key;
    ///   an unknown key is a warning.
    package static func decode(_ configMap: ConfigMap) -> (spec: IngressParametersSpec?, findings: [ManifestFinding]) {
        DeepStack.run { read(configMap) }
    }

    private static func read(_ configMap: ConfigMap) -> (spec: IngressParametersSpec?, findings: [ManifestFinding]) {
        let identity = ObjectIdentity(of: .configMap(configMap))
        let location = location(of: configMap) ?? SourceLocation(file: identity.description)
        let collector = FindingCollector(location: location)
        collector.identity = identity
        let entries = configMap.data.sorted { $0.key < $1.key }.map { key, text in
            let line = configMap.places[key]?.line ?? 0
            return ManifestNode.Entry(key: key, line: line, value: value(text, of: key, line: line, collector))
        }
        let node = ManifestNode(value: .mapping(entries), line: 0)
        let spec = FieldReader.read(node, path: "data", collector: collector) { reader in
            IngressParametersSpec(reading: &reader, isClusterScoped: false)
        }
        return (collector.hasErrors ? nil : spec, collector.attributed)
    }

    /// The document that the ConfigMap was read from.
    private static func location(of configMap: ConfigMap) -> SourceLocation? {
        configMap.places.values.min { $0.line < $1.line }
    }

    /// The value of a ConfigMap's key, read as YAML.
    ///
    /// - Parameter line: The line of the key, which findings about any part of its value name.
    private static func value(
        _ text: String, of key: String, line: Int, _ collector: FindingCollector
    ) -> ManifestNode {
        do {
            let text = try ManifestText(Array(text.utf8))
            var documents: [DocumentReader.Document] = []
            for chunk in text.chunks { documents += try DocumentReader(text: text).read(chunk) }
            for duplicate in documents.flatMap(\.duplicates) {
                collector.report(
                    .error, .duplicateKey, field: "data.\(key).\(duplicate.field)", line: line,
                    problem: "the key stands there more than once", remedy: "remove one of them")
            }
            if documents.count > 1 {
                collector.report(
                    .error, .invalidValue, field: "data.\(key)", line: line, problem: "holds more than one document",
                    remedy: "write one value")
            }
            var root = documents.first?.root ?? ManifestNode(value: .null, line: line)
            root.setLines(line)
            return root
        } catch {
            collector.report(
                .error, error.reason, field: "data.\(key)", line: line, problem: "the value \(error.problem)",
                remedy: error.remedy)
            return ManifestNode(value: .null, line: line)
        }
    }
}

extension ManifestNode {
    /// Replaces the line numbers, where they count in a value rather than in a file.
    fileprivate mutating func setLines(_ number: Int) {
        line = number
        switch value {
        case .sequence(var items):
            for index in items.indices { items[index].setLines(number) }
            value = .sequence(items)
        case .mapping(var entries):
            for index in entries.indices {
                entries[index].line = number
                entries[index].value.setLines(number)
            }
            value = .mapping(entries)
        default: break
        }
    }
}
