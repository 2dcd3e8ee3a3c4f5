internal import LoadBalancerModel

/// Why the load balancer could not start or take a plan.
package indirect enum EngineError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Another socket holds the address.
    case addressInUse(ListenerAddress)
    /// The process may not bind the port.
    case privilegedPort(ListenerAddress)
    /// No interface of this machine has the address.
    case addressNotLocal(ListenerAddress)
    /// The text is not an IPv4 or IPv6 address, or the port is out of range.
    case invalidAddress(ListenerAddress)
    /// None of the listeners could be bound.
    case noListener([UnboundListener])
    /// A system call failed: its name, the object it was for, and the error text.
    case system(call: String, subject: String, message: String)
    /// The access log file can't be opened.
    case accessLogUnavailable(path: String, message: String)
    /// A network of the trust policy is not in CIDR form.
    case invalidNetwork(String)
    /// The plan can't be served; the message says which part and what to do.
    case invalidPlan(String)
    /// The load balancer was not started, or has been stopped.
    case notRunning

    /// A sentence that names the address or value and the remedy.
    package var description: String {
        switch self {
        case .addressInUse(let listener):
            "\(listener.label) is already in use; stop the process that holds it or choose another port (0 picks a free one)"
        case .privilegedPort(let listener):
            "no permission to bind \(listener.label); choose a port above 1023, or grant CAP_NET_BIND_SERVICE"
        case .addressNotLocal(let listener):
            "\(listener.label) can't be bound: no interface of this machine has the address; "
                + "use one that it has, or 0.0.0.0 or :: for all"
        case .invalidAddress(let listener):
            "\(listener.label) is not an address to listen on; give an IPv4 or IPv6 address and a port from 0 to 65535"
        case .noListener(let listeners):
            listeners.map(\.error.description).joined(separator: "; ")
        case .system(let call, let subject, let message):
            "\(call) failed for \(subject): \(message)"
        case .accessLogUnavailable(let path, let message):
            "the access log \(path) can't be opened: \(message); check that its directory exists and is writable"
        case .invalidNetwork(let network):
            "\"\(network)\" is not a network; write it as an address or in CIDR form such as 10.0.0.0/8 or fd00::/8"
        case .invalidPlan(let message):
            message
        case .notRunning:
            "the load balancer is not running"
        }
    }
}

extension ListenerAddress {
    /// `http 127.0.0.1:8080`, as messages name a listener.
    package var label: String {
        "\(self.protocol.rawValue) " + (address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)")
    }
}

extension EngineError {
    /// A failed system call with its errno.
    static func system(call: String, subject: String, code: Int32) -> EngineError {
        .system(call: call, subject: subject, message: SystemError.text(code))
    }
}
