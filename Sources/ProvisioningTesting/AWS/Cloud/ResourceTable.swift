/// Resources by their identifier, in the order of their creation.
package struct ResourceTable<Resource: Hashable & Sendable>: Hashable, Sendable, Sequence {
    private var order: [String] = []
    private var resources: [String: Resource] = [:]

    package init() {}

    package subscript(_ id: String) -> Resource? {
        get { resources[id] }
        set {
            if resources[id] == nil, newValue != nil { order.append(id) }
            if newValue == nil, resources[id] != nil { order.removeAll { $0 == id } }
            resources[id] = newValue
        }
    }

    package var ids: [String] { order }
    package var count: Int { order.count }
    package var isEmpty: Bool { order.isEmpty }
    package var values: [Resource] { order.compactMap { resources[$0] } }

    package func makeIterator() -> Array<Resource>.Iterator { values.makeIterator() }

    package mutating func removeAll(where isGone: (Resource) -> Bool) {
        for id in order where resources[id].map(isGone) == true { self[id] = nil }
    }
}
