import DataPlane
import KubernetesModel
import LoadBalancerModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The address that clients reach the load balancer by, as it stands in the status of Ingresses.
enum PublishedAddress {
    /// The entries of `status.loadBalancer.ingress` for a load balancer.
    ///
    /// One entry per address of its listeners, in their order, each with the ports that are bound there. A listener on
    /// all addresses counts with the first of the machine's own that is no loopback address.
    ///
    /// - Parameters:
    ///   - listeners: what the load balancer listens on.
    ///   - override: an IP address or host name that replaces the addresses; the ports stay.
    ///   - machine: the addresses of the machine's interfaces.
    static func entries(
        listeners: [BoundListener], override: String?, machine: MachineAddresses
    ) -> [IngressLoadBalancerEntry] {
        var order: [String] = []
        var ports: [String: [Int]] = [:]
        for listener in listeners {
            let address = override ?? machine.reachable(for: listener.address)
            if ports[address] == nil { order.append(address) }
            if ports[address, default: []].contains(listener.port) { continue }
            ports[address, default: []].append(listener.port)
        }
        return order.map { address in
            let isIP = IPAddress.family(of: address) != nil
            return IngressLoadBalancerEntry(
                ip: isIP ? address : nil,
                hostname: isIP ? nil : address,
                ports: ports[address]?.sorted().map { IngressPortStatus(port: $0) })
        }
    }
}

/// The addresses of the machine's interfaces.
struct MachineAddresses: Sendable, Hashable {
    /// IPv4 addresses that are no loopback addresses, in the order of the interfaces.
    var ipv4: [String]
    /// IPv6 addresses that are neither loopback nor link-local addresses, in the order of the interfaces.
    var ipv6: [String]
    /// The name of the machine.
    var hostname: String

    /// What stands in for an address that a listener is bound to: the address itself unless it is that of every interface.
    func reachable(for address: String) -> String {
        guard IPAddress.isUnspecified(address) else { return address }
        let candidates = IPAddress.family(of: address) == .ipv6 ? ipv6 + ipv4 : ipv4
        return candidates.first ?? hostname
    }

    /// Asks the system.
    static func current() -> MachineAddresses {
        var addresses = MachineAddresses(ipv4: [], ipv6: [], hostname: hostname())
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return addresses }
        defer { freeifaddrs(list) }
        var next = list
        while let interface = next {
            addresses.add(interface.pointee)
            next = interface.pointee.ifa_next
        }
        return addresses
    }

    private mutating func add(_ interface: ifaddrs) {
        let isUp = interface.ifa_flags & UInt32(IFF_UP) != 0
        let isLoopback = interface.ifa_flags & UInt32(IFF_LOOPBACK) != 0
        guard isUp, !isLoopback, let address = interface.ifa_addr else { return }
        let family = Int32(address.pointee.sa_family)
        let length = family == AF_INET6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
        guard family == AF_INET || family == AF_INET6 else { return }
        var buffer = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        guard
            getnameinfo(
                address, socklen_t(length), &buffer, socklen_t(buffer.count), nil, 0, NI_NUMERICHOST) == 0
        else { return }
        let text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        if family == AF_INET {
            ipv4.append(text)
        } else if !text.contains("%") {
            ipv6.append(text)
        }
    }

    private static func hostname() -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
        let name = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return name.isEmpty ? "localhost" : name
    }
}
