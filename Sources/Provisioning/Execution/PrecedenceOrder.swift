/// Which members of a precedence list must stand before which.
///
/// While a list is made, a member may stand once every earlier one stands that it can meet in a request. Then no request
/// takes a wrong route at any moment: what is to take it in the end stands, and is the first to take it; or doesn't yet,
/// and so neither does any later member that could take it. Members that meet in no request come in any order.
struct PrecedenceOrder {
    /// For each member, in the order of the list, those before it that it can meet in a request.
    private(set) var earlier: [ResourceReference: [ResourceReference]] = [:]

    /// - Parameter members: in the order of the list.
    init(_ members: [(reference: ResourceReference, reach: RequestReach)]) {
        var hosts = HostIndex()
        for (index, member) in members.enumerated() {
            let met = hosts.candidates(for: member.reach, among: index).filter { members[$0].reach.meets(member.reach) }
            if !met.isEmpty { earlier[member.reference] = met.map { members[$0].reference } }
            hosts.add(index, member.reach)
        }
    }

    init<Resource>(
        _ list: PrecedenceList, of graph: ResourceGraph<Resource>, where isCounted: (ResourceReference) -> Bool
    ) {
        self.init(
            list.members.filter(isCounted).map { ($0, graph[$0]?.resource.reach ?? .everything) })
    }
}

/// Members of a list by the hosts that they are for: most are for one host, and meet none of those of others.
private struct HostIndex {
    private var byHost: [String: [Int]] = [:]
    /// Those for every host, or for hosts that fit a pattern.
    private var others: [Int] = []

    /// The hosts, where no other fits.
    private static func exactHosts(_ reach: RequestReach) -> Set<String>? {
        let hosts = reach.hosts.map(\.exactText)
        guard !hosts.isEmpty, !hosts.contains(nil) else { return nil }
        return Set(hosts.compactMap(\.self))
    }

    mutating func add(_ index: Int, _ reach: RequestReach) {
        guard let hosts = Self.exactHosts(reach) else {
            others.append(index)
            return
        }
        for host in hosts { byHost[host, default: []].append(index) }
    }

    /// Those of the first `count` members that may meet a reach, in the order of the list.
    func candidates(for reach: RequestReach, among count: Int) -> [Int] {
        guard let hosts = Self.exactHosts(reach) else { return Array(0..<count) }
        return Set(hosts.flatMap { byHost[$0] ?? [] } + others).sorted()
    }
}
