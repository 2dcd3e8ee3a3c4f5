/// Decodes one document: an object, or a list of them.
struct DocumentDecoder {
    let location: SourceLocation
    private let duplicates: [DocumentReader.Duplicate]
    private(set) var objects: [ManifestObject] = []
    private(set) var refused: [RefusedDocument] = []
    private(set) var findings: [ManifestFinding] = []

    init(location: SourceLocation, duplicates: [DocumentReader.Duplicate]) {
        self.location = location
        self.duplicates = duplicates
    }

    mutating func decode(_ root: ManifestNode) {
        guard root.entries != nil else {
            let collector = FindingCollector(location: location)
            collector.report(
                .error, .notAnObject, field: "", line: root.line,
                problem: "the document is \(root.typeName), not a Kubernetes object",
                remedy: "a manifest is an object with apiVersion, kind and metadata")
            finish(collector)
            return
        }
        if let kind = root["kind"]?.string, kind.hasSuffix("List"), let items = root["items"] {
            decodeList(root, kind: kind, items: items)
        } else {
            decodeObject(root, path: "", apiVersion: nil, kind: nil)
        }
    }

    // MARK: Lists

    private mutating func decodeList(_ root: ManifestNode, kind: String, items: ManifestNode) {
        let itemKind = String(kind.dropLast("List".count))
        if !itemKind.isEmpty, ManifestKinds.named(itemKind) == nil, itemKind != "Endpoints" { return }
        let collector = FindingCollector(location: location)
        _ = FieldReader.read(root, path: "", collector: collector) { list in
            list.ignore("apiVersion", "kind", "metadata", "items")
        }
        let nodes: [ManifestNode]
        switch items.value {
        case .sequence(let items): nodes = items
        case .null: nodes = []
        default:
            collector.wrongType("items", items, expected: "a list")
            nodes = []
        }
        for duplicate in duplicates where !duplicate.field.hasPrefix("items[") { report(duplicate, to: collector) }
        if collector.hasErrors {
            finish(collector)
            return
        }
        findings += collector.attributed
        let apiVersion = itemKind.isEmpty ? nil : root["apiVersion"]?.string
        for (index, node) in nodes.enumerated() where !node.isNull {
            let path = "items[\(index)]"
            if let nested = node["kind"]?.string, nested.hasSuffix("List"), let items = node["items"] {
                decodeList(node, kind: nested, items: items)
            } else if node.entries == nil {
                let collector = FindingCollector(location: location)
                collector.wrongType(path, node, expected: "an object")
                finish(collector)
            } else {
                decodeObject(node, path: path, apiVersion: apiVersion, kind: itemKind.isEmpty ? nil : itemKind)
            }
        }
    }

    // MARK: Objects

    /// Decodes an object.
    ///
    /// - Parameters:
    ///   - path: Its place in a list; empty for the document itself.
    ///   - apiVersion: What counts where the object has none, as in a list of one kind.
    ///   - kind: The same for its kind.
    private mutating func decodeObject(_ root: ManifestNode, path: String, apiVersion: String?, kind: String?) {
        var location = location
        location.line = root.line
        let collector = FindingCollector(location: location)
        var envelope = FieldReader(root, path: "", collector: collector)
        let apiVersion = envelope.string("apiVersion") ?? apiVersion ?? ""
        let kind = envelope.string("kind") ?? kind ?? ""
        collector.identity = Self.identity(root, kind: kind)
        collector.isSecret = kind == Secret.kind || kind.isEmpty
        guard !apiVersion.isEmpty, !kind.isEmpty else {
            for (name, value) in [("apiVersion", apiVersion), ("kind", kind)]
            where value.isEmpty && !collector.hasErrors {
                envelope.required(name, remedy: "a manifest starts with apiVersion and kind")
            }
            finish(collector)
            return
        }
        guard let type = type(kind: kind, apiVersion: apiVersion, collector) else {
            if collector.hasErrors { finish(collector) } else { findings += collector.attributed }
            return
        }
        reportDuplicates(under: path, collector)
        decode(type, root, collector)
    }

    private mutating func decode<Object: ManifestDecodable>(
        _ type: Object.Type, _ root: ManifestNode, _ collector: FindingCollector
    ) {
        var document = FieldReader(root, path: "", collector: collector)
        document.ignore("apiVersion", "kind")
        let metadata = ObjectMeta.read(
            from: &document, isNamespaced: Object.isNamespaced, nameProblems: Object.nameProblems)
        let object = Object(reading: &document, metadata: metadata ?? ObjectMeta(name: ""))
        document.reportUnknownFields()
        if let metadata, let object, !collector.hasErrors {
            collector.identity = ObjectIdentity(
                kind: Object.kind, namespace: metadata.namespace, name: metadata.name)
            objects.append(ManifestObject(object: object.erased, location: collector.location))
            findings += collector.attributed
        } else {
            finish(collector)
        }
    }

    /// Takes over what was found about a document that is refused.
    private mutating func finish(_ collector: FindingCollector) {
        let attributed = collector.attributed
        findings += attributed
        let errors = attributed.filter { $0.severity == .error }
        refused.append(
            RefusedDocument(
                identity: collector.identity, location: collector.location, error: errors.first,
                errorCount: errors.count))
    }

    private func reportDuplicates(under path: String, _ collector: FindingCollector) {
        for duplicate in duplicates {
            var duplicate = duplicate
            if !path.isEmpty {
                guard duplicate.field.hasPrefix(path + ".") else { continue }
                duplicate.field = String(duplicate.field.dropFirst(path.count + 1))
            }
            report(duplicate, to: collector)
        }
    }

    private func report(_ duplicate: DocumentReader.Duplicate, to collector: FindingCollector) {
        collector.report(
            .error, .duplicateKey, field: duplicate.field, line: duplicate.line,
            problem: "the key stands there more than once", remedy: "remove one of them")
    }

    /// The object that a document says it describes.
    private static func identity(_ root: ManifestNode, kind: String) -> ObjectIdentity? {
        guard !kind.isEmpty, let name = root["metadata"]?["name"]?.string, !name.isEmpty else { return nil }
        let isNamespaced = ManifestKinds.named(kind)?.isNamespaced ?? true
        let namespace = root["metadata"]?["namespace"]?.string ?? ""
        return ObjectIdentity(
            kind: kind, namespace: isNamespaced ? (namespace.isEmpty ? "default" : namespace) : "", name: name)
    }
}
