import KubernetesModel
import LoadBalancerModel

/// Turns the EndpointSlices of a Service into targets.
enum EndpointSelection {
    /// The targets of a Service's port, ordered by address and port. An endpoint that is ready wins over the same one
    /// draining; one that is neither ready, nor serving while it terminates, is left out.
    static func targets(of slices: [EndpointSlice], service: Service, port: ServicePort) -> [Target] {
        var states: [Socket: Target.State] = [:]
        for slice in slices {
            guard let number = number(of: port, in: slice, service: service) else { continue }
            for endpoint in slice.endpoints {
                guard let state = state(of: endpoint.conditions) else { continue }
                for address in endpoint.addresses {
                    let socket = Socket(address: address, port: number)
                    if states[socket] != .ready { states[socket] = state }
                }
            }
        }
        return states.sorted { $0.key < $1.key }.map { socket, state in
            Target(address: socket.address, port: socket.port, state: state)
        }
    }

    /// The family of the addresses that a Service's targets have, ready or not, or are going to have; nil where that isn't
    /// known. Where there are both, IPv4 it is.
    static func addressFamily(of slices: [EndpointSlice], service: Service) -> IPFamily? {
        let inUse = families(of: slices.filter { slice in slice.endpoints.contains { !$0.addresses.isEmpty } })
        if !inUse.isEmpty { return inUse.contains(.ipv4) ? .ipv4 : .ipv6 }
        // A Service without pods keeps an empty slice of each of its families.
        for families in [families(of: slices), Set(service.spec.ipFamilies.map { $0 == .ipv6 ? .ipv6 : .ipv4 })]
        where families.count == 1 {
            return families.first
        }
        return nil
    }

    private static func families(of slices: [EndpointSlice]) -> Set<IPFamily> {
        Set(
            slices.compactMap { slice in
                switch slice.addressType {
                case .ipv4: .ipv4
                case .ipv6: .ipv6
                case .fqdn: nil
                }
            })
    }

    private struct Socket: Hashable, Comparable {
        var address: String
        var port: Int

        static func < (left: Self, right: Self) -> Bool {
            (left.address, left.port) < (right.address, right.port)
        }
    }

    /// Ready unless said otherwise; draining where it serves while it terminates; nil where it takes no requests.
    private static func state(of conditions: EndpointConditions) -> Target.State? {
        if conditions.ready ?? true { return .ready }
        return conditions.serving == true && conditions.terminating == true ? .draining : nil
    }

    /// The number that the Service's port has in a slice: the one of the same name. Where one of the two has no name,
    /// it is the only one on either side.
    private static func number(of port: ServicePort, in slice: EndpointSlice, service: Service) -> Int? {
        let candidates = slice.ports.filter { $0.protocol == port.protocol }
        let name = port.name ?? ""
        let found =
            candidates.first { ($0.name ?? "") == name }
            ?? onlyPort(candidates, of: service, named: name)
        guard let found else { return nil }
        if let number = found.port { return number }
        guard case .number(let target) = port.targetPort else { return port.port }
        return target
    }

    private static func onlyPort(_ candidates: [EndpointPort], of service: Service, named name: String) -> EndpointPort?
    {
        guard candidates.count == 1, let only = candidates.first, service.spec.ports.count == 1 else { return nil }
        return name.isEmpty || (only.name ?? "").isEmpty ? only : nil
    }
}
