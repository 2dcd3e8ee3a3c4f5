import DataPlane

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// An address that could not be bound, in words that name what gave it, with a remedy.
struct BindFailure: Hashable, Sendable {
    enum Cause: Hashable, Sendable {
        case inUse, noPermission, notLocal
        /// What the system said.
        case other(String)

        /// - Parameter errno: what `bind` ended with.
        init(errno: Int32) {
            switch errno {
            case EADDRINUSE: self = .inUse
            case EACCES, EPERM: self = .noPermission
            case EADDRNOTAVAIL, EAFNOSUPPORT: self = .notLocal
            default: self = .other(String(cString: strerror(errno)))
            }
        }
    }

    var origin: AddressOrigin
    var address: NetworkAddress
    var cause: Cause

    init(origin: AddressOrigin, address: NetworkAddress, cause: Cause) {
        self.origin = origin
        self.address = address
        self.cause = cause
    }

    /// The failure of an engine to bind one of its listeners.
    init(_ unbound: UnboundListener, origin: (ListenerAddress) -> AddressOrigin) {
        let cause: Cause =
            switch unbound.error {
            case .addressInUse: .inUse
            case .privilegedPort: .noPermission
            case .addressNotLocal: .notLocal
            case .system(_, _, let text): .other(text)
            case .invalidAddress, .noListener, .accessLogUnavailable, .invalidNetwork, .invalidPlan, .notRunning:
                .other(unbound.error.description)
            }
        self.init(origin: origin(unbound.listener), address: NetworkAddress(unbound.listener), cause: cause)
    }

    /// What happened: `--http-address 127.0.0.1:80: permission denied`.
    var message: String {
        let problem =
            switch cause {
            case .inUse: "address already in use"
            case .noPermission: "permission denied"
            case .notLocal: "no interface of this machine has the address"
            case .other(let text): text
            }
        return "\(origin.naming(address)): \(problem)"
    }

    /// What to do about it; nil where nothing is known to help.
    var remedy: String? {
        switch cause {
        case .inUse:
            let free =
                switch origin {
                case .flag, .defaultOf: " (port 0 picks a free one)"
                case .parameters: ""
                }
            return "Stop the process that holds it, or choose another address \(origin.place)\(free)."
        case .noPermission: return "Choose a port above 1023 \(origin.place), or grant CAP_NET_BIND_SERVICE."
        case .notLocal: return "Name one of its addresses \(origin.place), or 0.0.0.0 or [::] for all."
        case .other: return nil
        }
    }

    var failure: CommandFailure { CommandFailure(message, remedy: remedy) }

    /// What several failures come to, where nothing could be bound. A remedy of several of them is told once.
    static func failure(_ failures: [BindFailure]) -> CommandFailure {
        var remedies: [String] = []
        for remedy in failures.compactMap(\.remedy) where !remedies.contains(remedy) { remedies.append(remedy) }
        return CommandFailure(
            failures.map(\.message).joined(separator: "; "),
            remedy: remedies.isEmpty ? nil : remedies.joined(separator: " "))
    }
}
