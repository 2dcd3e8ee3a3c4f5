import Crypto
import Foundation
import KubernetesModel
import LoadBalancerModel

/// A static site with the contents of its files by digest.
struct ResolvedStaticSite: Sendable {
    var site: StaticSite
    var contents: [String: [UInt8]]
}

/// Gathers the files of a StaticSite from its ConfigMaps.
enum StaticSiteResolution {
    /// - Throws: ``BackendProblem`` where none of the ConfigMaps can be had. A single one that is missing leaves the others
    ///   served.
    static func resolve(
        _ object: StaticSiteObject, snapshot: ClusterSnapshot, log: inout DiagnosticLog
    ) throws(BackendProblem) -> ResolvedStaticSite {
        var gathering = Gathering(object: object)
        var missing: [MissingObject] = []
        for (index, source) in object.spec.configMaps.enumerated() {
            let name = NamespacedName(namespace: object.metadata.namespace, name: source.name)
            guard let configMap = snapshot.configMaps[name] else {
                let absent = snapshot.missing(ConfigMap.kind, name)
                missing.append(absent)
                log.add(
                    .error, absent.reason(ConfigMap.kind), on: object.reference,
                    field: "spec.configMaps[\(index)].name", absent.finding, value: source.name,
                    remedy: absent.remedy("create it in the namespace '\(name.namespace)', or correct the name"))
                continue
            }
            gathering.add(configMap, source: source, field: "spec.configMaps[\(index)]", log: &log)
        }
        guard missing.isEmpty || missing.count < object.spec.configMaps.count else {
            let refused = missing.first { $0.refusal != nil }
            throw BackendProblem(
                reason: (refused ?? missing[0]).reason(ConfigMap.kind), field: "resource.name",
                finding: "None of the ConfigMaps of the StaticSite '\(object.namespacedName)' "
                    + (refused == nil ? "exists" : "can be had"),
                value: object.metadata.name,
                remedy: refused == nil ? "create them" : "see what is said of the StaticSite")
        }
        return gathering.result
    }

    private struct Gathering {
        let object: StaticSiteObject
        var files: [String: StaticFile] = [:]
        var contents: [String: [UInt8]] = [:]

        mutating func add(
            _ configMap: ConfigMap, source: StaticSiteSource, field: String, log: inout DiagnosticLog
        ) {
            var entries = configMap.binaryData
            for (key, text) in configMap.data { entries[key] = Array(text.utf8) }
            for (key, bytes) in entries.sorted(by: { $0.key < $1.key }) {
                guard let path = Self.path(source.items[key] ?? key, in: source.directory) else {
                    let text = source.items[key] ?? source.directory
                    log.add(
                        .error, "InvalidFilePath", on: object.reference, field: field,
                        "The file '\(key)' would have a path that leaves the site", value: text,
                        remedy: "leave '.' and '..' out of the path")
                    continue
                }
                let digest = Hexadecimal.text(SHA256.hash(data: bytes))
                files[path] = StaticFile(
                    path: path, contentType: ContentTypes.type(ofFile: path, overrides: object.spec.contentTypes),
                    digest: digest, size: bytes.count)
                contents[digest] = bytes
            }
            for key in source.items.keys.sorted() where entries[key] == nil {
                log.add(
                    .warning, "ConfigMapKeyNotFound", on: object.reference, field: "\(field).items[\(key)]",
                    "The ConfigMap '\(configMap.namespacedName)' has no key '\(key)'", value: key,
                    remedy: "add the key, or remove the item")
            }
        }

        /// The path below the site; nil where it would leave it.
        static func path(_ name: String, in directory: String) -> String? {
            let segments = "\(directory)/\(name)".split(separator: "/")
            guard !segments.isEmpty, !segments.contains("."), !segments.contains("..") else { return nil }
            return segments.joined(separator: "/")
        }

        var result: ResolvedStaticSite {
            let used = Set(files.values.map(\.digest))
            return ResolvedStaticSite(
                site: StaticSite(
                    name: object.namespacedName.description,
                    indexDocument: object.spec.indexDocument,
                    notFoundDocument: object.spec.notFoundDocument,
                    files: files.values.sorted { $0.path < $1.path }),
                contents: contents.filter { used.contains($0.key) })
        }
    }
}
