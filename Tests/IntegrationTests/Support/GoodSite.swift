import Foundation
import Testing

/// A directory of manifests in which one Ingress is good, whatever is put beside it, and the backend of all.
final class GoodSite: Sendable {
    static let host = "good.example"

    let manifests: ScratchDirectory
    private let echo: RunningEcho

    init() async throws {
        manifests = try ScratchDirectory()
        try manifests.write(
            Manifests.joined(
                Manifests.ingressClass, Manifests.service("backend", port: try FreePort.take()),
                Manifests.ingress("good", host: Self.host, service: "backend")),
            to: "good.yaml")
        echo = try await RunningEcho(manifests.url)
        try manifests.openToAll()
    }

    /// An Ingress of a host that the backend serves.
    static func ingress(_ host: String) -> String {
        Manifests.ingress("victim", host: host, service: "backend")
    }

    /// Whether the good Ingress is served. The backend has not ended either, or nothing would answer.
    func isServed(by headgate: RunningHeadgate) async throws -> Bool {
        try await isServed(Self.host, by: headgate)
    }

    /// Whether the backend answers for a host.
    func isServed(_ host: String, by headgate: RunningHeadgate) async throws -> Bool {
        try await headgate.curl.get("http://\(host)/").echo?.service == "default/backend"
    }
}
