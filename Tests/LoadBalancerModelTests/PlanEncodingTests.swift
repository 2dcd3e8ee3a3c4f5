import Foundation
import Testing

@testable import LoadBalancerModel

@Suite("Plan encoding")
struct PlanEncodingTests {
    @Test("Encoding, decoding and encoding again is the identity")
    func roundTrip() throws {
        let encoded = try PlanEncoding.encode(samplePlan)
        let decoded = try PlanEncoding.decode(LoadBalancerPlan.self, from: encoded)
        #expect(decoded == samplePlan)
        #expect(try PlanEncoding.encode(decoded) == encoded)
    }

    @Test("Keys are sorted, slashes stand plain, and the document ends in a newline")
    func canonicalForm() throws {
        let text = String(decoding: try PlanEncoding.encode(samplePlan), as: UTF8.self)
        #expect(text.hasPrefix("{\n  \"addressing\" : {"))
        #expect(text.hasSuffix("}\n"))
        #expect(text.contains("\"ingress\" : \"web/shop\""))
        let topLevel = text.split(separator: "\n").filter { $0.hasPrefix("  \"") }.map { String($0) }
        #expect(topLevel == topLevel.sorted())
    }

    @Test(
        "Every action is tagged by its type",
        arguments: zip(
            samplePlan.routes.map(\.action),
            ["forward", "redirect", "fixedResponse", "staticSite", "storageBucket"]))
    func actionType(action: RouteAction, type: String) throws {
        let text = String(decoding: try PlanEncoding.encode(action), as: UTF8.self)
        #expect(text.contains("\"type\" : \"\(type)\""))
    }

    @Test("A backend is encoded as a service with its port, or as a resource")
    func backendForms() throws {
        let service = String(
            decoding: try PlanEncoding.encode(BackendReference.service(name: "a/b", port: "80")), as: UTF8.self)
        #expect(service == "{\n  \"port\" : \"80\",\n  \"service\" : \"a/b\"\n}\n")
        let resource = BackendReference.resource(apiGroup: "headgate.dev", kind: "StaticSite", name: "a/b")
        let data = try PlanEncoding.encode(resource)
        #expect(try PlanEncoding.decode(BackendReference.self, from: data) == resource)
    }

    @Test("A server name without a certificate or a policy of its own has no such field")
    func serverNames() throws {
        func text(_ binding: ServerNameBinding) throws -> String {
            String(decoding: try PlanEncoding.encode(binding), as: UTF8.self).filter { !$0.isWhitespace }
        }
        #expect(
            try text(ServerNameBinding(host: "a", certificate: "f")) == #"{"certificate":"f","host":"a"}"#)
        #expect(
            try text(ServerNameBinding(host: "a", certificate: nil, policy: TLSPolicy(minimumVersion: .tls13)))
                == #"{"host":"a","policy":{"maximumVersion":"1.3","minimumVersion":"1.3"}}"#)
    }

    @Test("A document without a required field is refused with the field's path")
    func missingField() throws {
        let data = Data(#"{"name": "x"}"#.utf8)
        #expect(throws: DecodingError.self) {
            try PlanEncoding.decode(LoadBalancerPlan.self, from: data)
        }
    }
}

@Suite("Key material")
struct PrivateKeyPEMTests {
    private let key = PrivateKeyPEM("-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----")

    @Test("A key shows in no description, dump or interpolation")
    func redaction() {
        let material = CertificateMaterial(certificateChainPEM: "chain", privateKey: key)
        let assets = PlanAssets(certificates: ["f": material])
        var dumped = ""
        dump(assets, to: &dumped)
        for text in ["\(key)", String(reflecting: key), "\(material)", String(reflecting: assets), dumped] {
            #expect(!text.contains("c2VjcmV0"))
            #expect(!text.contains("BEGIN"))
        }
    }

    @Test("The key is handed to whoever loads it")
    func access() {
        #expect(key.withPEM { $0.contains("c2VjcmV0") })
    }
}
