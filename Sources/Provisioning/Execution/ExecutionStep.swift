/// One thing that an execution does.
package struct ExecutionStep: Hashable, Sendable, Identifiable {
    package enum Action: Hashable, Sendable {
        case create(ResourceReference)
        case update(ResourceReference)
        /// Sets what becomes of requests that no member of the resource's precedence list takes, once these stand.
        case conclude(ResourceReference)
        /// - Parameter index: the place in ``ResourceGraph/reorderings``.
        case reorder(ResourceReference, index: Int)
        /// Waits until a created resource does its work.
        case wait(ResourceReference)
        case delete(ResourceReference, identifier: String)
    }

    package let id: Int
    package let action: Action
    /// The Ingresses that the step is done for; empty where it is for the load balancer as a whole.
    package var members: [String]
    /// The steps that must have succeeded before it.
    package var requires: Set<Int>
    /// The steps that must be over before it, whatever came of them.
    package var follows: Set<Int>

    init(id: Int, action: Action, members: [String] = [], requires: Set<Int> = [], follows: Set<Int> = []) {
        self.id = id
        self.action = action
        self.members = members
        self.requires = requires
        self.follows = follows
    }

    /// Whether another step must be over before this one.
    func waits(for id: Int) -> Bool { requires.contains(id) || follows.contains(id) }

    /// The resource that the step is about.
    package var reference: ResourceReference {
        switch action {
        case .create(let reference), .update(let reference), .conclude(let reference), .reorder(let reference, _),
            .wait(let reference), .delete(let reference, _):
            reference
        }
    }

    /// The step in one word, as progress shows it.
    package var verb: String {
        switch action {
        case .create: "create"
        case .update, .conclude: "update"
        case .reorder: "reorder"
        case .wait: "wait for"
        case .delete: "delete"
        }
    }
}

extension [ExecutionStep] {
    /// The steps that must be over before a step begins, and the step itself.
    func earlier(than id: Int) -> Set<Int> {
        var seen: Set<Int> = [id]
        var pending = [id]
        while let next = pending.popLast() {
            for earlier in self[next].requires.union(self[next].follows) where seen.insert(earlier).inserted {
                pending.append(earlier)
            }
        }
        return seen
    }
}
