/// Manifests of several classes, whose Ingresses all go to one Service.
enum ClassManifests {
    /// An IngressClass with parameters.
    static func ingressClass(_ name: String, parameters: String = "{}") -> String {
        """
        apiVersion: headgate.dev/v1alpha1
        kind: ClusterIngressParameters
        metadata: {name: \(name)}
        spec: \(parameters)
        ---
        apiVersion: networking.k8s.io/v1
        kind: IngressClass
        metadata: {name: \(name)}
        spec:
          controller: headgate.dev/ingress-controller
          parameters: {apiGroup: headgate.dev, kind: ClusterIngressParameters, name: \(name)}
        ---

        """
    }

    /// An Ingress with a path to the Service of its namespace, which is there as well.
    ///
    /// - Parameter name: as `namespace/name`.
    static func ingress(
        _ name: String, class className: String, pathType: String = "Prefix", annotations: [String: String] = [:]
    ) -> String {
        let pairs = annotations.sorted { $0.key < $1.key }.map { "\($0.key): '\($0.value)'" }.joined(separator: ", ")
        let metadata = pairs.isEmpty ? "" : ", annotations: {\(pairs)}"
        let parts = name.split(separator: "/")
        return """
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {namespace: \(parts[0]), name: \(parts[1])\(metadata)}
            spec:
              ingressClassName: \(className)
              rules:
              - host: \(parts[1]).\(parts[0]).example.com
                http:
                  paths: [{path: /, pathType: \(pathType), backend: {service: {name: \(parts[1]), port: {number: 80}}}}]
            ---
            apiVersion: v1
            kind: Service
            metadata: {namespace: \(parts[0]), name: \(parts[1])}
            spec: {ports: [{port: 80}]}
            ---

            """
    }

    /// The namespace that tells a cluster from others.
    static func cluster(_ uid: String) -> String {
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: kube-system, uid: \(uid)}
        ---

        """
    }

    /// Load balancers on the cloud within the process, one for each namespace.
    static let perNamespace = "{provider: in-memory, sharing: {mode: namespace}}"
}
