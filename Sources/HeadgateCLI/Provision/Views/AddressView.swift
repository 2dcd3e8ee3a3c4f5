import Provisioning

/// The addresses of a load balancer for people, a line for each.
struct AddressView {
    let style: TextStyle

    /// Of several addresses each comes with the Ingresses that are served there.
    func lines(_ addresses: [ServedAddress]) -> [String] {
        guard addresses.count > 1 else { return addresses.map(\.address) }
        var table = TextTable()
        for address in addresses {
            let ingresses = address.ingresses.joined(separator: ", ")
            table.add([
                TextTable.Cell(address.address), TextTable.Cell(ingresses.isEmpty ? "" : "for \(ingresses)", .dim),
            ])
        }
        return table.lines(style: style)
    }
}
