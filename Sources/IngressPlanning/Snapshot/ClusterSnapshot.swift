package import KubernetesModel

/// An immutable view of the objects that planning reads, indexed for it.
///
/// The order of the objects takes no part in what is planned. Where two objects have the same kind, namespace and
/// name, the first one stands.
package struct ClusterSnapshot: Sendable {
    /// All Ingresses that are not being deleted, ordered by creation time, namespace and name.
    package let ingresses: [Ingress]
    package let ingressClasses: [String: IngressClass]
    package let services: [NamespacedName: Service]
    /// The slices of each Service, ordered by name.
    package let endpointSlices: [NamespacedName: [EndpointSlice]]
    package let secrets: [NamespacedName: Secret]
    package let configMaps: [NamespacedName: ConfigMap]
    package let namespaces: [String: Namespace]
    package let nodes: [String: Node]
    package let ingressParameters: [NamespacedName: IngressParameters]
    package let clusterIngressParameters: [String: ClusterIngressParameters]
    package let staticSites: [NamespacedName: StaticSiteObject]
    package let storageBuckets: [NamespacedName: StorageBucketObject]
    /// The documents that were refused, by the object that they describe: of what is missing, they say why.
    let refused: [ObjectIdentity: RefusedDocument]
    /// The names of the Secrets of each namespace, ordered.
    let secretNames: [String: [NamespacedName]]

    /// Indexes `objects`. Objects that are being deleted are left out.
    ///
    /// - Parameter refused: documents that were refused, so that what refers to their objects is told why they are
    ///   missing.
    package init(_ objects: some Sequence<AnyKubernetesObject>, refused: [RefusedDocument] = []) {
        var index = SnapshotIndex()
        for object in objects where object.object.metadata.deletionTimestamp == nil {
            index.insert(object)
        }
        ingresses = Self.byAge(index.ingresses.values)
        ingressClasses = index.ingressClasses
        services = index.services
        endpointSlices = Self.slicesByService(index.endpointSlices.values)
        secrets = index.secrets
        configMaps = index.configMaps
        namespaces = index.namespaces
        nodes = index.nodes
        ingressParameters = index.ingressParameters
        clusterIngressParameters = index.clusterIngressParameters
        staticSites = index.staticSites
        storageBuckets = index.storageBuckets
        self.refused = Dictionary(
            refused.compactMap { document in document.identity.map { ($0, document) } },
            uniquingKeysWith: { first, _ in first })
        secretNames = Dictionary(grouping: index.secrets.keys, by: \.namespace).mapValues { $0.sorted() }
    }

    private static func byAge(_ ingresses: some Sequence<Ingress>) -> [Ingress] {
        let ingresses = Array(ingresses)
        let ages = ingresses.map(IngressAge.init)
        return ingresses.indices.sorted { ages[$0] < ages[$1] }.map { ingresses[$0] }
    }

    private static func slicesByService(
        _ slices: some Sequence<EndpointSlice>
    ) -> [NamespacedName: [EndpointSlice]] {
        var result: [NamespacedName: [EndpointSlice]] = [:]
        for slice in slices {
            guard let service = slice.metadata.labels[EndpointSlice.serviceNameLabel] else { continue }
            result[NamespacedName(namespace: slice.metadata.namespace, name: service), default: []].append(slice)
        }
        return result.mapValues { $0.sorted { $0.metadata.name < $1.metadata.name } }
    }
}

/// The dictionaries of a snapshot while it is being filled.
private struct SnapshotIndex {
    var ingresses: [NamespacedName: Ingress] = [:]
    var ingressClasses: [String: IngressClass] = [:]
    var services: [NamespacedName: Service] = [:]
    var endpointSlices: [NamespacedName: EndpointSlice] = [:]
    var secrets: [NamespacedName: Secret] = [:]
    var configMaps: [NamespacedName: ConfigMap] = [:]
    var namespaces: [String: Namespace] = [:]
    var nodes: [String: Node] = [:]
    var ingressParameters: [NamespacedName: IngressParameters] = [:]
    var clusterIngressParameters: [String: ClusterIngressParameters] = [:]
    var staticSites: [NamespacedName: StaticSiteObject] = [:]
    var storageBuckets: [NamespacedName: StorageBucketObject] = [:]

    mutating func insert(_ object: AnyKubernetesObject) {
        switch object {
        case .ingress(let value): Self.keep(value, in: &ingresses)
        case .ingressClass(let value): Self.keep(value, in: &ingressClasses)
        case .service(let value): Self.keep(value, in: &services)
        case .endpointSlice(let value): Self.keep(value, in: &endpointSlices)
        case .secret(let value): Self.keep(value, in: &secrets)
        case .configMap(let value): Self.keep(value, in: &configMaps)
        case .namespace(let value): Self.keep(value, in: &namespaces)
        case .node(let value): Self.keep(value, in: &nodes)
        case .ingressParameters(let value): Self.keep(value, in: &ingressParameters)
        case .clusterIngressParameters(let value): Self.keep(value, in: &clusterIngressParameters)
        case .staticSite(let value): Self.keep(value, in: &staticSites)
        case .storageBucket(let value): Self.keep(value, in: &storageBuckets)
        }
    }

    private static func keep<Object: KubernetesObject>(_ object: Object, in index: inout [NamespacedName: Object]) {
        let name = object.namespacedName
        if index.index(forKey: name) == nil { index[name] = object }
    }

    private static func keep<Object: KubernetesObject>(_ object: Object, in index: inout [String: Object]) {
        let name = object.metadata.name
        if index.index(forKey: name) == nil { index[name] = object }
    }
}
