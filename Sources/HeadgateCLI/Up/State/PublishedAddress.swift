import DataPlane
import Foundation
import KubernetesModel
import LoadBalancerModel
import NIOCore

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
        let devices = (try? System.enumerateDevices()) ?? []
        let addresses = devices.compactMap { $0.address?.ipAddress }
        return MachineAddresses(
            ipv4: addresses.filter { IPAddress.family(of: $0) == .ipv4 && !$0.hasPrefix("127.") },
            ipv6: addresses.filter { IPAddress.family(of: $0) == .ipv6 && $0 != "::1" && !isLinkLocal($0) },
            hostname: ProcessInfo.processInfo.hostName)
    }

    /// `fe80::/10` (RFC 4291, section 2.5.6).
    private static func isLinkLocal(_ address: String) -> Bool {
        address.contains("%") || ["fe8", "fe9", "fea", "feb"].contains { address.lowercased().hasPrefix($0) }
    }
}
