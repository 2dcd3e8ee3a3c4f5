extension ObjectMeta {
    /// The most that an object's annotations may hold together, in bytes.
    private static let maximumAnnotations = 262_144

    /// Reads `metadata` of an object.
    static func read(
        from document: inout FieldReader, isNamespaced: Bool, nameProblems: (String) -> [String]
    ) -> ObjectMeta? {
        if document.node("metadata") == nil {
            document.required("metadata.name", "name is required", remedy: "give the object a name")
            return nil
        }
        return document.object("metadata") { reader in
            var metadata = ObjectMeta(name: "")
            metadata.name = readName(from: &reader, nameProblems: nameProblems) ?? ""
            metadata.namespace = readNamespace(from: &reader, isNamespaced: isNamespaced)
            metadata.uid = reader.string("uid")
            metadata.resourceVersion = reader.string("resourceVersion")
            metadata.generation = reader.integer("generation").map(Int64.init)
            metadata.creationTimestamp = readTime("creationTimestamp", from: &reader)
            metadata.deletionTimestamp = readTime("deletionTimestamp", from: &reader)
            metadata.labels = readLabels(from: &reader)
            metadata.annotations = readAnnotations(from: &reader)
            metadata.finalizers = reader.strings("finalizers")
            reader.ignore("deletionGracePeriodSeconds", "ownerReferences", "managedFields", "selfLink", "clusterName")
            return metadata
        }
    }

    private static func readName(from reader: inout FieldReader, nameProblems: (String) -> [String]) -> String? {
        let generateName = reader.node("generateName")
        guard let node = reader.node("name") else {
            if generateName != nil {
                reader.collector.forbidden(
                    reader.field("generateName"), line: reader.line(of: "generateName"),
                    "only the API server can generate a name", remedy: "give metadata.name instead")
            } else {
                reader.required("name", "name is required", remedy: "give the object a name")
            }
            return nil
        }
        guard let name = reader.string("name") else { return nil }
        if name.isEmpty {
            reader.required("name", "name is required", remedy: "give the object a name")
        } else {
            for detail in nameProblems(name) {
                reader.collector.invalid(
                    reader.field("name"), line: node.line, value: name.quoted, detail, remedy: "choose another name")
            }
        }
        return name
    }

    private static func readNamespace(from reader: inout FieldReader, isNamespaced: Bool) -> String {
        let namespace = reader.string("namespace") ?? ""
        if !isNamespaced {
            if !namespace.isEmpty {
                reader.collector.report(
                    .info, .ignored, field: reader.field("namespace"), line: reader.line(of: "namespace"),
                    problem: "objects of this kind have no namespace", value: namespace, remedy: "it is ignored")
            }
            return ""
        }
        guard !namespace.isEmpty else { return "default" }
        reader.check("namespace", namespace, NameRules.label(namespace))
        return namespace
    }

    private static func readTime(_ name: String, from reader: inout FieldReader) -> String? {
        guard let time = reader.string(name) else { return nil }
        if TimeRules.isRFC3339(time) { return time }
        reader.invalid(
            name, time.quoted, "must be a time of RFC 3339",
            remedy: "write it as in 2024-05-01T12:00:00Z, or leave it out")
        return nil
    }

    private static func readLabels(from reader: inout FieldReader) -> [String: String] {
        let labels = reader.stringMap("labels")
        for (key, value) in labels.sorted(by: { $0.key < $1.key }) {
            reader.check("labels", key, NameRules.qualifiedName(key))
            reader.check("labels", value, NameRules.labelValue(value))
        }
        return labels
    }

    private static func readAnnotations(from reader: inout FieldReader) -> [String: String] {
        let annotations = reader.stringMap("annotations")
        var size = 0
        for (key, value) in annotations.sorted(by: { $0.key < $1.key }) {
            reader.check("annotations", key, NameRules.qualifiedName(key.lowercased()))
            size += key.utf8.count + value.utf8.count
        }
        if size > maximumAnnotations {
            reader.collector.report(
                .error, .invalidValue, field: reader.field("annotations"), line: reader.line(of: "annotations"),
                problem: "Too long: may not be more than \(maximumAnnotations) bytes", remedy: "shorten the annotations"
            )
        }
        return annotations
    }
}

/// The rules for times.
enum TimeRules {
    /// Whether `text` is a date and time of RFC 3339.
    static func isRFC3339(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20 else { return false }
        func number(_ start: Int, _ length: Int, _ range: ClosedRange<Int>) -> Bool {
            guard start + length <= bytes.count else { return false }
            var value = 0
            for byte in bytes[start..<(start + length)] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return false }
                value = value * 10 + Int(byte - UInt8(ascii: "0"))
            }
            return range.contains(value)
        }
        func sign(_ index: Int, _ allowed: String) -> Bool {
            index < bytes.count && allowed.utf8.contains(bytes[index])
        }
        guard number(0, 4, 0...9999), sign(4, "-"), number(5, 2, 1...12), sign(7, "-"), number(8, 2, 1...31),
            sign(10, "Tt"), number(11, 2, 0...23), sign(13, ":"), number(14, 2, 0...59), sign(16, ":"),
            number(17, 2, 0...60)
        else { return false }
        var index = 19
        if sign(index, ".") {
            index += 1
            let start = index
            while index < bytes.count, number(index, 1, 0...9) { index += 1 }
            guard index > start else { return false }
        }
        if sign(index, "Zz") { return index + 1 == bytes.count }
        return sign(index, "+-") && number(index + 1, 2, 0...23) && sign(index + 3, ":") && number(index + 4, 2, 0...59)
            && index + 6 == bytes.count
    }
}
