#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Why an address could not be bound, in words with a remedy.
enum BindFailure {
    /// - Parameters:
    ///   - flag: the flag that names the address.
    ///   - address: the address.
    ///   - errno: what the system said.
    static func failure(flag: String, address: NetworkAddress, errno: Int32) -> CommandFailure {
        switch errno {
        case EADDRINUSE:
            CommandFailure(
                "\(address) is already in use",
                remedy:
                    "Stop the process that holds it, or choose another address with \(flag) (port 0 picks a free one).")
        case EACCES:
            CommandFailure(
                "no permission to bind \(address)",
                remedy: "Choose a port above 1023 with \(flag), or grant CAP_NET_BIND_SERVICE.")
        case EADDRNOTAVAIL:
            CommandFailure(
                "\(address) can't be bound: no interface of this machine has the address",
                remedy: "Use one that it has with \(flag), or 0.0.0.0 or [::] for all.")
        default:
            CommandFailure("\(address) can't be bound: \(String(cString: strerror(errno)))")
        }
    }
}
