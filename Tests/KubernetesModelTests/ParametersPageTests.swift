import Foundation
import Testing

@testable import KubernetesModel

/// docs/parameters.md against the schema: every field has its row, and every example is read.
@Suite("The page of the parameters") struct ParametersPageTests {
    struct Row: CustomTestStringConvertible, Sendable {
        var field: String
        var type: String
        var example: String
        var testDescription: String { field }
    }

    static let page: String = {
        let file = URL(filePath: #filePath).appending(path: "../../../docs/parameters.md").standardizedFileURL
        return (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    }()

    static let rows: [Row] = page.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { line in
        let cells = line.replacing("\\|", with: "/").split(separator: "|").map { $0.trimmingPrefix(" ").description }
        func bare(_ cell: String) -> String { cell.trimmingCharacters(in: CharacterSet(charactersIn: "` ")) }
        return Row(field: bare(cells[0]), type: cells[1], example: bare(cells[3]))
    }

    /// What must stand beside a field so that its object is complete.
    private static let companions = [
        "provider.settings": "name: aws", "sharing.mode": "group: g",
        "listeners[].protocol": "port: 80", "listeners[].port": "protocol: HTTP",
        "listeners[].name": "protocol: HTTP, port: 80", "listeners[].addresses": "protocol: HTTP, port: 80",
        "addressing.addresses": "family: ipv4", "affinity.cookieName": "type: cookie",
        "affinity.maximumAge": "type: cookie", "tls.defaultCertificate.name": "namespace: infra",
        "tls.defaultCertificate.namespace": "name: fallback",
        "defaultBackend.service": "namespace: infra, port: 80", "defaultBackend.port": "namespace: infra, service: s",
        "defaultBackend.namespace": "service: s, port: 80",
    ]

    @Test("Each example is read without a finding", arguments: rows)
    func example(row: Row) {
        var parts = row.field.split(separator: ".").map(String.init)
        let leaf = parts.removeLast()
        let beside = Self.companions[row.field].map { ", \($0)" } ?? ""
        var text = "\(leaf): \(row.example)\(beside)"
        for part in parts.reversed() {
            let isList = part.hasSuffix("[]")
            text = isList ? "\(part.dropLast(2)): [{\(text)}]" : "\(part): {\(text)}"
        }
        let manifest = """
            apiVersion: headgate.dev/v1alpha1
            kind: ClusterIngressParameters
            metadata: {name: edge}
            spec: {\(text)}
            """
        let file = ManifestParser.parse(Array(manifest.utf8), file: "page")
        #expect(file.findings.map(\.message) == [], "\(manifest)")
        #expect(file.objects.count == 1)
    }

    @Test("Every field of the schema has a row, and one alone")
    func completeness() {
        func names(_ value: Any, below prefix: String = "") -> [String] {
            Mirror(reflecting: value).children.compactMap(\.label).map { prefix + $0 }
        }
        let fields =
            names(IngressParametersSpec())
            + names(ProviderParameters(name: ""), below: "provider.")
            + names(SharingParameters(mode: .class), below: "sharing.")
            + names(ListenerParameters(name: "", protocol: .http, port: 0), below: "listeners[].")
            + names(AddressingParameters(), below: "addressing.") + names(TLSParameters(), below: "tls.")
            + names(SecretReference(name: ""), below: "tls.defaultCertificate.")
            + names(RedirectParameters(), below: "redirectToHTTPS.")
            + names(AffinityParameters(type: .none), below: "affinity.")
            + names(HealthCheckParameters(), below: "healthCheck.") + names(TimeoutParameters(), below: "timeouts.")
            + names(LimitParameters(), below: "limits.")
            + names(DefaultBackendParameters(service: "", port: .number(1)), below: "defaultBackend.")
            + names(AccessLogParameters(format: .json), below: "accessLog.")
        #expect(Self.rows.map(\.field).sorted() == fields.sorted())
    }

    @Test("The choices of a field are those of the schema")
    func choices() {
        func check<Choice: RawRepresentable & CaseIterable>(_ field: String, _ type: Choice.Type)
        where Choice.RawValue == String {
            let row = Self.rows.first { $0.field == field }
            let words = row?.type.matches(of: /`"?([^`"]+)"?`/).map { String($0.output.1) } ?? []
            #expect(words == type.allCases.map(\.rawValue), "\(field)")
        }
        check("scheme", IngressParametersSpec.Scheme.self)
        check("algorithm", IngressParametersSpec.Algorithm.self)
        check("compatibility", IngressParametersSpec.Compatibility.self)
        check("sharing.mode", SharingParameters.Mode.self)
        check("listeners[].protocol", ListenerParameters.ListenerProtocol.self)
        check("addressing.family", AddressingParameters.Family.self)
        check("tls.minimumVersion", TLSParameters.Version.self)
        check("affinity.type", AffinityParameters.Kind.self)
        check("accessLog.format", AccessLogParameters.Format.self)
    }
}
