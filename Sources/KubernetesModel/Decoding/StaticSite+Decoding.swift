extension StaticSiteObject: ManifestDecodable {
    init?(reading document: inout FieldReader, metadata: ObjectMeta) {
        if document.node("spec") == nil {
            document.required("spec.configMaps", remedy: "list the ConfigMaps that hold the files")
        }
        let spec = document.object("spec") { StaticSiteSpec(reading: &$0) }
        document.ignore("status")
        self.init(metadata: metadata, spec: spec ?? StaticSiteSpec(configMaps: []))
    }

    var erased: AnyKubernetesObject { .staticSite(self) }
}

extension StaticSiteSpec {
    fileprivate init(reading reader: inout FieldReader) {
        let sources = reader.items("configMaps")
        if sources.isEmpty { reader.required("configMaps", remedy: "list the ConfigMaps that hold the files") }
        let collector = reader.collector
        self.init(
            configMaps: sources.compactMap { StaticSiteSource.read($0.node, path: $0.path, collector) })
        indexDocument = Self.document("indexDocument", &reader) ?? indexDocument
        notFoundDocument = Self.document("notFoundDocument", &reader)
        stripPath = reader.boolean("stripPath") ?? true
        contentTypes = reader.stringMap("contentTypes")
        for (fileExtension, type) in contentTypes.sorted(by: { $0.key < $1.key }) {
            let field = reader.field("contentTypes[\(fileExtension.shortened)]")
            let line = reader.line(of: "contentTypes")
            if fileExtension.isEmpty || fileExtension.contains(where: { $0 == "." || $0 == "/" }) {
                collector.invalid(
                    field, line: line, value: fileExtension.quoted, "must be a file name extension without a dot",
                    remedy: "write it as in html or css")
            }
            let parts = type.split(separator: ";", maxSplits: 1)[...].first?.split(separator: "/") ?? []
            if parts.count != 2 || !type.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) {
                collector.invalid(
                    field, line: line, value: type.quoted, "must be a media type", remedy: "write it as in text/html")
            }
        }
    }

    private static func document(_ name: String, _ reader: inout FieldReader) -> String? {
        guard let path = reader.string(name), !path.isEmpty else { return nil }
        if !SitePathRules.isRelative(path) {
            reader.invalid(
                name, path.quoted, "must be a path within the site",
                remedy: "write it without a leading slash and without ..")
        }
        return path
    }
}

extension StaticSiteSource {
    /// A ConfigMap's name, or an object with its name, directory and items.
    fileprivate static func read(
        _ node: ManifestNode, path: String, _ collector: FindingCollector
    ) -> StaticSiteSource? {
        if case .string(let name) = node.value {
            for problem in NameRules.subdomain(name) {
                collector.invalid(path, line: node.line, value: name.quoted, problem)
            }
            return StaticSiteSource(name: name)
        }
        return FieldReader.read(node, path: path, collector: collector) { reader in
            var source = StaticSiteSource(name: reader.string("name") ?? "")
            if source.name.isEmpty {
                reader.required("name", remedy: "name the ConfigMap")
            } else {
                reader.check("name", source.name, NameRules.subdomain(source.name))
            }
            source.directory = SitePathRules.trimmed(reader.string("directory") ?? "")
            if !source.directory.isEmpty, !SitePathRules.isRelative(source.directory) {
                reader.invalid("directory", source.directory.quoted, "must be a directory within the site")
            }
            source.items = reader.stringMap("items")
            for (key, file) in source.items.sorted(by: { $0.key < $1.key }) where !SitePathRules.isRelative(file) {
                collector.invalid(
                    reader.field("items[\(key)]"), line: reader.line(of: "items"), value: file.quoted,
                    "must be a path within the site", remedy: "write it without a leading slash and without ..")
            }
            return source
        }
    }
}

/// The rules for paths of a site.
private enum SitePathRules {
    static func isRelative(_ path: String) -> Bool {
        !path.isEmpty
            && path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
                !$0.isEmpty && $0 != "." && $0 != ".."
            }
    }

    /// The path without slashes at its ends.
    static func trimmed(_ path: String) -> String {
        var path = path[...]
        while path.hasPrefix("/") { path.removeFirst() }
        while path.hasSuffix("/") { path.removeLast() }
        return String(path)
    }
}

extension StorageBucketObject: ManifestDecodable {
    init?(reading document: inout FieldReader, metadata: ObjectMeta) {
        if document.node("spec") == nil {
            document.required("spec.endpoint", remedy: "give the endpoint and the bucket")
        }
        let spec = document.object("spec") { StorageBucketSpec(reading: &$0) }
        document.ignore("status")
        self.init(metadata: metadata, spec: spec ?? StorageBucketSpec(endpoint: "", bucket: ""))
    }

    var erased: AnyKubernetesObject { .storageBucket(self) }
}

extension StorageBucketSpec {
    fileprivate init(reading reader: inout FieldReader) {
        let endpoint = reader.string("endpoint") ?? ""
        let bucket = reader.string("bucket") ?? ""
        self.init(endpoint: endpoint.hasSuffix("/") ? String(endpoint.dropLast()) : endpoint, bucket: bucket)
        if endpoint.isEmpty {
            reader.required("endpoint", remedy: "give the endpoint, as in https://s3.eu-central-1.amazonaws.com")
        } else if !Self.isEndpoint(self.endpoint) {
            reader.invalid(
                "endpoint", endpoint.quoted, "must be a URL of http or https without a path",
                remedy: "write it as in https://s3.eu-central-1.amazonaws.com")
        }
        addressingStyle = reader.choice("addressingStyle") ?? .host
        if bucket.isEmpty {
            reader.required("bucket", remedy: "name the bucket")
        } else if !Self.isBucketName(bucket) {
            reader.invalid(
                "bucket", bucket.quoted, "must be 3 to 63 lower case letters, digits, dots, hyphens or underscores")
        }
        keyPrefix = reader.string("keyPrefix") ?? ""
        if keyPrefix.hasPrefix("/") {
            reader.invalid("keyPrefix", keyPrefix.quoted, "must not start with a slash", remedy: "keys have none")
        }
        indexDocument = reader.string("indexDocument").flatMap { $0.isEmpty ? nil : $0 }
        stripPath = reader.boolean("stripPath") ?? true
        verifyTLS = reader.boolean("verifyTLS") ?? true
    }

    private static func isEndpoint(_ text: String) -> Bool {
        guard let scheme = ["https://", "http://"].first(where: { text.hasPrefix($0) }) else { return false }
        var host = text.dropFirst(scheme.count)
        if host.hasPrefix("[") {
            guard let end = host.firstIndex(of: "]"),
                AddressRules.isIPv6(String(host[host.index(after: host.startIndex)..<end]))
            else { return false }
            host = host[host.index(after: end)...]
            return host.isEmpty || (host.hasPrefix(":") && isPort(host.dropFirst()))
        }
        if let colon = host.lastIndex(of: ":") {
            guard isPort(host[host.index(after: colon)...]) else { return false }
            host = host[..<colon]
        }
        return NameRules.isSubdomain(host.lowercased())
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.allSatisfy(\.isNumber) && Int(text).map { (1...65_535).contains($0) } == true
    }

    private static func isBucketName(_ name: String) -> Bool {
        (3...63).contains(name.utf8.count)
            && name.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || "-._".contains($0)) }
            && name.first.map { $0.isLowercase || $0.isNumber } == true
    }
}
