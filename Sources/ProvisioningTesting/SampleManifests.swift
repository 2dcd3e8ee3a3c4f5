/// Manifests that tests of several targets plan.
package enum SampleManifests {
    /// A Service on port 80 and its EndpointSlice, whose targets listen on port 8080.
    package static func service(_ name: String, namespace: String = "shop", targets: [String]) -> String {
        """
        apiVersion: v1
        kind: Service
        metadata: {name: \(name), namespace: \(namespace)}
        spec: {ports: [{port: 80}]}
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: \(name)-1, namespace: \(namespace), labels: {kubernetes.io/service-name: \(name)}}
        addressType: IPv4
        endpoints: [\(targets.map { "{addresses: [\($0)]}" }.joined(separator: ", "))]
        ports: [{port: 8080}]

        """
    }
}
