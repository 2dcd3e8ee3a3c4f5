/// Why no table can be compiled from a list of routes. Planning refuses such values with a diagnostic on the object at
/// fault, so that a plan that reaches the load balancer has none.
package enum RouteTableError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The host of a route is neither a name nor `*.` and a name.
    case invalidHost(route: Int, host: String)
    /// The expression of a route's path or of one of its conditions is not RE2 syntax, or too large.
    case invalidExpression(route: Int, ExpressionError)
    /// A client network is not an address or a network in CIDR form.
    case invalidClientNetwork(route: Int, network: String)
    /// There are more routes, or longer ones, than a table can index.
    case tooLarge

    package var description: String {
        switch self {
        case .invalidHost(let route, let host):
            "routes[\(route)].match.host: \"\(host)\" is neither a host name nor `*.` and a host name"
        case .invalidExpression(let route, let error):
            "routes[\(route)].match: \(error)"
        case .invalidClientNetwork(let route, let network):
            "routes[\(route)].match.clientNetworks: \"\(network)\" is neither an IP address nor a network such as "
                + "10.0.0.0/8 or 2001:db8::/32"
        case .tooLarge:
            "routes: there is more text in the routes than the 2 GiB that a table can index"
        }
    }
}
