/// Manifests as tests write them.
enum Manifests {
    static let ingressClass = """
        apiVersion: networking.k8s.io/v1
        kind: IngressClass
        metadata:
          name: headgate
        spec:
          controller: headgate.dev/ingress-controller

        """

    /// A Service on port 80 whose endpoints listen on loopback.
    static func service(_ name: String, port: Int, addresses: [String] = ["127.0.0.1"]) -> String {
        """
        apiVersion: v1
        kind: Service
        metadata:
          name: \(name)
        spec:
          ports:
            - port: 80
              targetPort: \(port)
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata:
          name: \(name)-1
          labels:
            kubernetes.io/service-name: \(name)
        addressType: IPv4
        ports:
          - port: \(port)
        endpoints:
        \(addresses.map { "  - addresses: [\($0)]" }.joined(separator: "\n"))

        """
    }

    /// An Ingress with one rule, or with a default backend where there is no host.
    static func ingress(
        _ name: String, host: String, service: String, annotations: [String: String] = [:], extra: String = ""
    ) -> String {
        let lines = annotations.sorted { $0.key < $1.key }.map { "    \($0.key): \"\($0.value)\"" }
        let block = lines.isEmpty ? "" : "\n  annotations:\n" + lines.joined(separator: "\n")
        return """
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata:
              name: \(name)\(block)
            spec:
              ingressClassName: headgate\(extra)
              rules:
                - host: \(host)
                  http:
                    paths:
                      - path: /
                        pathType: Prefix
                        backend:
                          service:
                            name: \(service)
                            port:
                              number: 80

            """
    }

    static func joined(_ documents: String...) -> String {
        documents.joined(separator: "---\n")
    }
}
