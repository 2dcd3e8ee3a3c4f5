import Foundation
import Testing

@testable import KubernetesModel

/// Exchanges recorded from a real API server.
struct RecordedExchange: CustomTestStringConvertible {
    var note: String
    var method: String
    var path: String
    var body: [String: Any]
    var status: Int
    var causes: [[String: String]]
    var testDescription: String { note }

    static func load(_ name: String) throws -> [RecordedExchange] {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: "json"))
        let list = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [[String: Any]])
        return list.dropFirst().compactMap { exchange in
            guard let request = exchange["request"] as? [String: Any], let body = request["body"] as? [String: Any],
                let response = exchange["response"] as? [String: Any], let status = response["status"] as? Int
            else { return nil }
            let details = (response["body"] as? [String: Any])?["details"] as? [String: Any]
            return RecordedExchange(
                note: exchange["note"] as? String ?? "", method: request["method"] as? String ?? "",
                path: request["path"] as? String ?? "", body: body, status: status,
                causes: details?["causes"] as? [[String: String]] ?? [])
        }
    }

    /// The request as a manifest; what the API server takes from the path is written out.
    func manifest(kinds: [String: (apiVersion: String, kind: String)]) throws -> [UInt8] {
        var body = body
        let resource = String(path.split(separator: "?")[0].split(separator: "/").last ?? "")
        if let kind = kinds[resource] {
            body["apiVersion"] = kind.apiVersion
            body["kind"] = kind.kind
        }
        return Array(try JSONSerialization.data(withJSONObject: body))
    }
}

struct Cause: Hashable {
    var field: String
    var message: String
}

@Suite struct RecordedValidationTests {
    static let kinds = [
        "ingresses": (apiVersion: "networking.k8s.io/v1", kind: "Ingress"),
        "ingressclasses": (apiVersion: "networking.k8s.io/v1", kind: "IngressClass"),
        "services": (apiVersion: "v1", kind: "Service"),
        "secrets": (apiVersion: "v1", kind: "Secret"),
        "configmaps": (apiVersion: "v1", kind: "ConfigMap"),
        "endpointslices": (apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice"),
    ]

    @Test(
        "A manifest is refused exactly where the API server refused it, with the same fields and messages",
        arguments: ["ingress-validation", "ingressclass", "services-endpoints-secrets"])
    func recordedExchanges(file: String) throws {
        let exchanges = try RecordedExchange.load(file).filter { $0.method == "POST" }
        #expect(exchanges.count >= 8)
        for exchange in exchanges {
            // Files may hold loopback endpoints, and an unknown field is a warning in them.
            if exchange.note.hasPrefix("a loopback endpoint") || exchange.note.contains("strict validation") {
                continue
            }
            let result = ManifestParser.parse(try exchange.manifest(kinds: Self.kinds), file: "recorded.json")
            let errors = result.findings.filter { $0.severity == .error }
            let found = errors.map { Cause(field: $0.field, message: $0.problem) }
            let expected = exchange.causes.map { Cause(field: $0["field"] ?? "", message: $0["message"] ?? "") }
            #expect(found == expected, "\(exchange.note)")
            #expect(result.objects.count == (exchange.status == 201 ? 1 : 0), "\(exchange.note)")
        }
    }

    @Test("What the API server stored and answers is read without a finding")
    func recordedAnswers() throws {
        for file in ["ingress-validation", "ingressclass", "services-endpoints-secrets"] {
            let url = try #require(Bundle.module.url(forResource: "Fixtures/\(file)", withExtension: "json"))
            let list = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [[String: Any]])
            for exchange in list.dropFirst() {
                let response = exchange["response"] as? [String: Any]
                guard let status = response?["status"] as? Int, status < 300,
                    let body = response?["body"] as? [String: Any],
                    let kind = body["kind"] as? String, kind != "Status"
                else { continue }
                let partial = (exchange["note"] as? String)?.contains("metadata only") == true
                if partial { continue }
                let result = ManifestParser.parse(
                    Array(try JSONSerialization.data(withJSONObject: body)), file: "answer.json")
                #expect(result.findings.isEmpty, "\(exchange["note"] ?? ""): \(result.findings.map(\.message))")
                let items = (body["items"] as? [Any])?.count ?? 1
                #expect(result.objects.count == items)
            }
        }
    }
}
