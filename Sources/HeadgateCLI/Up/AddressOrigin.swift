import DataPlane
import LoadBalancerModel

/// A flag that gives addresses to listen on.
enum AddressFlag: String, Hashable, Sendable, CaseIterable {
    case http = "--http-address"
    case https = "--https-address"
    case management = "--management-address"

    /// The flag of the listeners of a protocol.
    init(_ listenerProtocol: ListenerProtocol) {
        switch listenerProtocol {
        case .http: self = .http
        case .https: self = .https
        }
    }

    /// The address that holds where the flag is not given.
    var defaultAddress: NetworkAddress {
        switch self {
        case .http: NetworkAddress(host: "127.0.0.1", port: 8080)
        case .https: NetworkAddress(host: "127.0.0.1", port: 8443)
        case .management: NetworkAddress(host: "127.0.0.1", port: 9090)
        }
    }
}

/// What gave an address to listen on, as messages name it.
enum AddressOrigin: Hashable, Sendable {
    case flag(AddressFlag)
    case defaultOf(AddressFlag)
    /// The listeners of a class's parameters, which stand in this object.
    case parameters(ObjectReference)

    /// An address with what gave it.
    func naming(_ address: NetworkAddress) -> String {
        switch self {
        case .flag(let flag): "\(flag.rawValue) \(address)"
        case .defaultOf(let flag): "\(address), the default of \(flag.rawValue)"
        case .parameters(let object): "\(address), a listener of \(object.title)"
        }
    }

    /// Where another address is given, to stand at the end of a clause.
    var place: String {
        switch self {
        case .flag(let flag), .defaultOf(let flag): "with \(flag.rawValue)"
        case .parameters(let object): "in the listeners of \(object.title)"
        }
    }
}

extension NetworkAddress {
    /// The address of a listener.
    init(_ listener: ListenerAddress) {
        self.init(host: listener.address, port: listener.port)
    }
}
