import DataPlane
import LoadBalancerModel

/// `diagnostics.json`.
struct DiagnosticsDocument: Codable, Hashable, Sendable {
    static let fileName = "diagnostics.json"

    var diagnostics: [Diagnostic]
}

/// `listeners.json`.
struct ListenersDocument: Codable, Hashable, Sendable {
    static let fileName = "listeners.json"

    struct Entry: Codable, Hashable, Sendable {
        var `protocol`: ListenerProtocol
        /// `address:port` with the port that is bound, an IPv6 address in brackets.
        var address: String
    }

    var listeners: [Entry]
    /// Where `/readyz`, `/livez` and `/metrics` are answered.
    var management: String

    init(listeners: [BoundListener], management: String) {
        self.listeners = listeners.map { Entry(protocol: $0.protocol, address: $0.description) }
        self.management = management
    }
}
