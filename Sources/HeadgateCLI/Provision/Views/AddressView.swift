import Provisioning

/// The addresses of a load balancer for people: which host's DNS record belongs where.
struct AddressView {
    let style: TextStyle
    /// After how many characters a line of hosts ends.
    private static let width = 100

    /// What the addresses are called.
    static func label(_ addresses: [ServedAddress]) -> String { addresses.count == 1 ? "address" : "addresses" }

    /// One address stands alone. Of several each comes with its hosts, where the plan was split, or with the Ingresses that
    /// are served there.
    func lines(_ addresses: [ServedAddress]) -> [String] {
        if addresses.contains(where: { !$0.hosts.isEmpty }) { return addresses.flatMap(part) }
        guard addresses.count > 1 else { return addresses.map(address) }
        var table = TextTable()
        for served in addresses {
            let ingresses = served.ingresses.joined(separator: ", ")
            table.add([
                TextTable.Cell(address(served)), TextTable.Cell(ingresses.isEmpty ? "" : "for \(ingresses)", .dim),
            ])
        }
        return table.lines(style: style)
    }

    /// The lines with what they are: one address behind its label, several below it.
    func labelledLines(_ addresses: [ServedAddress]) -> [String] {
        let lines = lines(addresses)
        let label = style.dim(Self.label(addresses))
        return lines.count > 1 ? [label] + lines.map { "  \($0)" } : lines.map { "\(label) \($0)" }
    }

    private func address(_ served: ServedAddress) -> String {
        served.address ?? style.dim("(no address yet)")
    }

    /// A load balancer of several that carry a plan.
    private func part(_ served: ServedAddress) -> [String] {
        let count = style.dim(Plural.count(served.hosts.count, "host"))
        return ["\(style.bold(served.name))  \(address(served))  \(count)"] + wrapped(served.hosts).map { "    \($0)" }
    }

    private func wrapped(_ hosts: [String]) -> [String] {
        var lines: [String] = []
        for host in hosts {
            if let last = lines.last, last.count + host.count + 2 <= Self.width {
                lines[lines.count - 1] += ", \(host)"
            } else {
                lines.append(host)
            }
        }
        return lines
    }
}
