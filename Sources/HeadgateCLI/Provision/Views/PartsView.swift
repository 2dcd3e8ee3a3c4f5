import Provisioning

/// The load balancers that carry a plan that was split, for people: which host's DNS record belongs where.
struct PartsView {
    let style: TextStyle
    /// After how many characters a line of hosts ends.
    private static let width = 100

    func lines(_ parts: [ProposalDocument.Part]) -> [String] {
        parts.flatMap { part in
            let address = part.address ?? style.dim("(no address yet)")
            return ["\(style.bold(part.name))  \(address)  \(style.dim(Plural.count(part.hosts.count, "host")))"]
                + wrapped(part.hosts).map { "    \($0)" }
        }
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
