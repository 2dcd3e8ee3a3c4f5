/// An object of one of the kinds that Headgate reads.
package enum AnyKubernetesObject: Hashable, Sendable {
    case ingress(Ingress)
    case ingressClass(IngressClass)
    case service(Service)
    case endpointSlice(EndpointSlice)
    case secret(Secret)
    case configMap(ConfigMap)
    case namespace(Namespace)
    case node(Node)
    case ingressParameters(IngressParameters)
    case clusterIngressParameters(ClusterIngressParameters)
    case staticSite(StaticSiteObject)
    case storageBucket(StorageBucketObject)

    /// The object behind the case.
    package var object: any KubernetesObject {
        switch self {
        case .ingress(let object): object
        case .ingressClass(let object): object
        case .service(let object): object
        case .endpointSlice(let object): object
        case .secret(let object): object
        case .configMap(let object): object
        case .namespace(let object): object
        case .node(let object): object
        case .ingressParameters(let object): object
        case .clusterIngressParameters(let object): object
        case .staticSite(let object): object
        case .storageBucket(let object): object
        }
    }
}
