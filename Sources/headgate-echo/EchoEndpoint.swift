import KubernetesModel

/// A loopback address that stands for an endpoint of a Service.
struct EchoEndpoint: Hashable {
    /// The Service as `namespace/name`.
    var service: String
    var address: String
    var port: Int

    /// The endpoints on loopback among manifests, each address and port once.
    static func all(in objects: [AnyKubernetesObject]) -> [EchoEndpoint] {
        var seen: Set<String> = []
        return objects.flatMap { object in
            guard case .endpointSlice(let slice) = object else { return [EchoEndpoint]() }
            return endpoints(of: slice)
        }
        .filter { seen.insert("\($0.address) \($0.port)").inserted }
    }

    private static func endpoints(of slice: EndpointSlice) -> [EchoEndpoint] {
        let service = NamespacedName(
            namespace: slice.metadata.namespace,
            name: slice.metadata.labels[EndpointSlice.serviceNameLabel] ?? slice.metadata.name)
        let addresses = slice.endpoints.flatMap(\.addresses).filter { $0.hasPrefix("127.") || $0 == "::1" }
        return addresses.flatMap { address in
            slice.ports.compactMap(\.port).map {
                EchoEndpoint(service: service.description, address: address, port: $0)
            }
        }
    }
}
