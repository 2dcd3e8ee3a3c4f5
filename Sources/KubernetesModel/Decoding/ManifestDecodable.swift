/// A kind of object that is decoded from manifests.
protocol ManifestDecodable: KubernetesObject {
    /// The API server's rule for names of the kind.
    static func nameProblems(_ name: String) -> [String]

    /// Reads the object's own fields from its document. Errors go to the reader's collector; after one, the result
    /// doesn't count, so that placeholders may stand in for what is missing.
    init?(reading document: inout FieldReader, metadata: ObjectMeta)

    var erased: AnyKubernetesObject { get }
}

extension ManifestDecodable {
    static func nameProblems(_ name: String) -> [String] { NameRules.subdomain(name) }
}

/// The kinds that are decoded.
enum ManifestKinds {
    static let all: [any ManifestDecodable.Type] = [
        Ingress.self, IngressClass.self, Service.self, EndpointSlice.self, Secret.self, ConfigMap.self, Namespace.self,
        Node.self, IngressParameters.self, ClusterIngressParameters.self, StaticSiteObject.self,
        StorageBucketObject.self,
    ]

    static func named(_ kind: String) -> (any ManifestDecodable.Type)? { all.first { $0.kind == kind } }

    /// The group of an `apiVersion`; empty for the core group.
    static func group(_ apiVersion: String) -> Substring {
        apiVersion.lastIndex(of: "/").map { apiVersion[..<$0] } ?? ""
    }

    /// The groups that once held, or hold, the kinds that are decoded.
    static let groups: Set<Substring> = ["", "extensions", "networking.k8s.io", "discovery.k8s.io", "headgate.dev"]
}
