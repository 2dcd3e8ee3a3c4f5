import Foundation
import Testing

@testable import KubernetesModel

@Suite struct IngressEncodingTests {
    static let full = """
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata:
          name: web
          namespace: shop
          uid: 1-2-3
          resourceVersion: "7"
          generation: 3
          creationTimestamp: 2024-01-01T00:00:00Z
          deletionTimestamp: "2024-01-02T00:00:00.5+01:00"
          labels: {a: b}
          annotations: {headgate.dev/x: "y"}
          finalizers: [headgate.dev/f]
        spec:
          ingressClassName: headgate
          defaultBackend: {resource: {apiGroup: headgate.dev, kind: StaticSite, name: site}}
          tls: [{hosts: [a.example, "*.b.example"], secretName: t}, {}]
          rules:
          - host: a.example
            http:
              paths:
              - {path: /x, pathType: Exact, backend: {service: {name: web, port: {number: 80}}}}
              - {pathType: ImplementationSpecific, backend: {service: {name: web, port: {name: http}}}}
          - host: only.example
        status:
          loadBalancer:
            ingress:
            - {ip: 192.0.2.1, ports: [{port: 80, protocol: TCP, error: boom}]}
            - {hostname: lb.example}
        """

    @Test("What is encoded is read back as the same object", arguments: [full, smallIngress])
    func roundTrip(text: String) throws {
        guard case .ingress(let ingress)? = parse(text).objects.first?.object else { throw TestFailure() }
        let data = try JSONEncoder().encode(KubernetesList([ingress]))
        let file = ManifestParser.parse(Array(data), file: "ingresses.json")
        #expect(file.findings.isEmpty)
        #expect(file.objects.map(\.object) == [.ingress(ingress)])
    }

    @Test("An Ingress without an address has the empty status of the API server")
    func emptyStatus() throws {
        guard case .ingress(let ingress)? = parse(smallIngress).objects.first?.object else { throw TestFailure() }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let json = String(decoding: try encoder.encode(ingress), as: UTF8.self)
        #expect(
            json
                == #"{"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"web","namespace":"default"},"#
                + #""spec":{"defaultBackend":{"service":{"name":"web","port":{"number":80}}}},"status":{"loadBalancer":{}}}"#
        )
    }
}
