import Foundation
import LoadBalancerModel
import ProvisioningTesting

/// Manifests that take every kind of resource of AWS: two hosts with a certificate each, over HTTP and HTTPS.
struct SampleSite: Sendable {
    struct Ingress: Sendable {
        var name: String
        var host: String
        /// Each path with its Service.
        var paths: [(path: String, service: String)]
        var secret: String?
    }

    var ingresses = [
        Ingress(
            name: "shop", host: "shop.example.com", paths: [("/cart", "cart"), ("/", "web")], secret: "shop-tls"),
        Ingress(name: "api", host: "api.example.com", paths: [("/", "web")], secret: "api-tls"),
    ]
    /// The addresses of each Service.
    var endpoints = ["web": ["10.0.1.10", "10.0.1.11"], "cart": ["10.0.1.20"]]
    var scheme = "internet-facing"
    var settings = [
        "attributes.idle_timeout.timeout_seconds": "120",
        "targetGroupAttributes.deregistration_delay.timeout_seconds": "30",
        "inboundCIDRs": "10.0.0.0/8",
    ]
    /// The certificate in each Secret.
    var certificates: [String: TestCertificate]

    init() throws {
        certificates = [
            "shop-tls": try TestCertificate("shop.example.com", secret: "default/shop-tls"),
            "api-tls": try TestCertificate("api.example.com", secret: "default/api-tls"),
        ]
    }

    /// As it is after changes of every kind that are made in place.
    ///
    /// - Parameter renewing: whether a certificate is renewed.
    func updated(renewing: Bool) throws -> SampleSite {
        var site = self
        // A path less, one that goes elsewhere, an Ingress more, which no rule of another is used for; another Ingress takes
        // over a host; an endpoint moves.
        site.ingresses[0].paths = [("/", "cart")]
        site.ingresses.append(Ingress(name: "blog", host: "blog.example.com", paths: [("/", "web")]))
        site.ingresses[1].name = "api-v2"
        site.endpoints["cart"] = ["10.0.1.21"]
        site.settings["attributes.idle_timeout.timeout_seconds"] = "300"
        site.settings["inboundCIDRs"] = "172.16.0.0/12"
        if renewing {
            site.certificates["shop-tls"] = try TestCertificate("shop.example.com", secret: "default/shop-tls")
        }
        return site
    }

    /// As it is once it has to be another load balancer.
    var moved: SampleSite {
        var site = self
        site.scheme = "internal"
        return site
    }

    /// Over plain HTTP alone.
    var withoutTLS: SampleSite {
        var site = self
        for index in site.ingresses.indices { site.ingresses[index].secret = nil }
        // A certificate that fits a host would be used for it, named or not.
        site.certificates = [:]
        return site
    }

    var yaml: String {
        let documents =
            [ingressClass, parameters] + ingresses.map(Self.yaml(of:))
            + endpoints.keys.sorted().map { service in
                Manifests.service(service, port: 8080, addresses: endpoints[service] ?? [])
            }
            + certificates.keys.sorted().compactMap { name in
                certificates[name].map { certificate in
                    Manifests.tlsSecret(
                        name, certificate: certificate.material.certificateChainPEM,
                        key: certificate.material.privateKey.withPEM { $0 })
                }
            }
        return documents.joined(separator: "---\n")
    }

    private let ingressClass = """
        apiVersion: networking.k8s.io/v1
        kind: IngressClass
        metadata:
          name: headgate
        spec:
          controller: headgate.dev/ingress-controller
          parameters: {apiGroup: headgate.dev, kind: ClusterIngressParameters, name: sample}

        """

    private var parameters: String {
        """
        apiVersion: headgate.dev/v1alpha1
        kind: ClusterIngressParameters
        metadata:
          name: sample
        spec:
          scheme: \(scheme)
          tags: {team: edge}
          provider:
            name: aws
            settings:
        \(settings.sorted { $0.key < $1.key }.map { "      \($0.key): \"\($0.value)\"" }.joined(separator: "\n"))

        """
    }

    private static func yaml(of ingress: Ingress) -> String {
        let paths = ingress.paths.map { path, service in
            "          - {path: \(path), pathType: Prefix, backend: {service: {name: \(service), port: {number: 80}}}}"
        }
        return """
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata:
              name: \(ingress.name)
            spec:
              ingressClassName: headgate\(ingress.secret.map { Manifests.tls(ingress.host, secret: $0) } ?? "")
              rules:
                - host: \(ingress.host)
                  http:
                    paths:
            \(paths.joined(separator: "\n"))

            """
    }
}
