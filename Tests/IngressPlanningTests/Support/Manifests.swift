/// Manifests as text, so that tests begin where users do.
enum Manifests {
    /// An IngressClass of Headgate's, which is the default one unless told otherwise.
    static func ingressClass(
        _ name: String = "headgate", controller: String = "headgate.dev/ingress-controller", isDefault: Bool = true,
        parameters: String? = nil
    ) -> String {
        """
        apiVersion: networking.k8s.io/v1
        kind: IngressClass
        metadata:
          name: \(name)
          annotations: {ingressclass.kubernetes.io/is-default-class: "\(isDefault)"}
        spec:
          controller: \(controller)
        \(parameters.map { "  parameters: \($0)" } ?? "")
        """
    }

    /// A class whose parameters of cluster scope are the fields of `spec`, as a flow mapping.
    static func ingressClass(_ name: String = "headgate", isDefault: Bool = true, spec: String) -> String {
        """
        \(ingressClass(name, isDefault: isDefault,
            parameters: "{apiGroup: headgate.dev, kind: ClusterIngressParameters, name: \(name)}"))
        ---
        apiVersion: headgate.dev/v1alpha1
        kind: ClusterIngressParameters
        metadata: {name: \(name)}
        spec: \(spec)
        """
    }

    /// A Service with one port, and a slice with its endpoints where there are any.
    static func service(
        _ name: String, port: Int = 80, portName: String? = nil, targetPort: Int = 8080,
        endpoints: [String] = ["10.0.0.1"]
    ) -> String {
        let (namespace, label) = split(name)
        let named = portName.map { ", name: \($0)" } ?? ""
        let addresses = endpoints.map { "{addresses: ['\($0)']}" }.joined(separator: ", ")
        let slice =
            endpoints.isEmpty
            ? ""
            : """
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: \(label)-1, namespace: \(namespace), labels: {kubernetes.io/service-name: \(label)}}
            addressType: \(endpoints[0].contains(":") ? "IPv6" : "IPv4")
            ports: [{port: \(targetPort), protocol: TCP\(named)}]
            endpoints: [\(addresses)]
            """
        return """
            apiVersion: v1
            kind: Service
            metadata: {name: \(label), namespace: \(namespace)}
            spec: {ports: [{port: \(port), targetPort: \(targetPort), protocol: TCP\(named)}]}
            \(slice)
            """
    }

    /// An Ingress.
    ///
    /// - Parameters:
    ///   - name: `namespace/name`.
    ///   - rules: a host, empty for none, with paths such as `Prefix /cart web:80`.
    ///   - defaultBackend: a backend such as `web:80` or `StaticSite/docs`.
    ///   - tls: sections as flow mappings.
    static func ingress(
        _ name: String, className: String? = nil, created: String? = nil, annotations: [String: String] = [:],
        rules: [(String, [String])] = [], defaultBackend: String? = nil, tls: [String] = []
    ) -> String {
        let (namespace, label) = split(name)
        var lines = [
            "apiVersion: networking.k8s.io/v1", "kind: Ingress", "metadata:", "  name: \(label)",
            "  namespace: \(namespace)",
        ]
        if let created { lines.append("  creationTimestamp: \"\(created)\"") }
        if !annotations.isEmpty {
            lines.append("  annotations:")
            for (key, value) in annotations.sorted(by: { $0.key < $1.key }) {
                lines.append("    \(key): '\(value)'")
            }
        }
        lines.append("spec:")
        if let className { lines.append("  ingressClassName: \(className)") }
        if let defaultBackend { lines.append("  defaultBackend: \(backend(defaultBackend))") }
        if !tls.isEmpty { lines.append("  tls: [\(tls.joined(separator: ", "))]") }
        if !rules.isEmpty { lines.append("  rules:") }
        for (host, paths) in rules {
            lines.append(host.isEmpty ? "  - {}" : "  - host: '\(host)'")
            if host.isEmpty { lines[lines.count - 1] = paths.isEmpty ? "  - {}" : "  - http:" }
            guard !paths.isEmpty else { continue }
            if !host.isEmpty { lines.append("    http:") }
            lines.append("      paths:")
            for path in paths {
                let parts = path.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
                let value = parts[1].isEmpty ? "" : "path: '\(parts[1])', "
                lines.append("      - {\(value)pathType: \(parts[0]), backend: \(backend(parts[2]))}")
            }
        }
        return lines.joined(separator: "\n")
    }

    /// A backend: `web:80` and `web:http` are Services, `StaticSite/docs` a resource of Headgate's,
    /// `example.com/Bucket/x` one of another group.
    static func backend(_ text: String) -> String {
        let resource = text.split(separator: "/").map(String.init)
        switch resource.count {
        case 2: return "{resource: {apiGroup: headgate.dev, kind: \(resource[0]), name: \(resource[1])}}"
        case 3: return "{resource: {apiGroup: \(resource[0]), kind: \(resource[1]), name: \(resource[2])}}"
        default:
            let parts = text.split(separator: ":").map(String.init)
            let port = Int(parts[1]).map { "number: \($0)" } ?? "name: \(parts[1])"
            return "{service: {name: \(parts[0]), port: {\(port)}}}"
        }
    }

    private static func split(_ name: String) -> (String, String) {
        let parts = name.split(separator: "/").map(String.init)
        return (parts[0], parts[1])
    }
}
