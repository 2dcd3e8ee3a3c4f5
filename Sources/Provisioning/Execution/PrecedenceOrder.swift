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
        for index in members.indices.dropFirst() {
            let (reference, reach) = members[index]
            let met = members[..<index].filter { $0.reach.meets(reach) }
            if !met.isEmpty { earlier[reference] = met.map(\.reference) }
        }
    }

    init<Resource>(
        _ list: PrecedenceList, of graph: ResourceGraph<Resource>, where isCounted: (ResourceReference) -> Bool
    ) {
        self.init(
            list.members.filter(isCounted).map { ($0, graph[$0]?.resource.reach ?? .everything) })
    }
}
