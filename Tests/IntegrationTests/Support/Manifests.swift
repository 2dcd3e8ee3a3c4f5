import Foundation

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
        _ name: String, host: String, service: String, annotations: [String: String] = [:], extra: String = "",
        port: String = "number: 80"
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
                              \(port)

            """
    }

    /// A Secret of type kubernetes.io/tls.
    static func tlsSecret(_ name: String, certificate: String, key: String) -> String {
        """
        apiVersion: v1
        kind: Secret
        metadata:
          name: \(name)
        type: kubernetes.io/tls
        data:
          tls.crt: \(Data(certificate.utf8).base64EncodedString())
          tls.key: \(Data(key.utf8).base64EncodedString())

        """
    }

    /// What an Ingress says to serve a host with the certificate of a Secret; see `ingress(_:host:service:annotations:extra:)`.
    static func tls(_ host: String, secret: String) -> String {
        "\n  tls:\n    - hosts: [\(host)]\n      secretName: \(secret)"
    }

    static func joined(_ documents: String...) -> String {
        documents.joined(separator: "---\n")
    }
}
