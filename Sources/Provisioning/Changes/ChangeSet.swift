/// Everything that would turn what exists for one load balancer into what is desired.
///
/// It describes wholly what an execution does: nothing is done that it doesn't hold.
package struct ChangeSet<Resource: ProvisionedResource>: Sendable, Equatable {
    package var owner: Owner
    /// The changes, no-ops included, in an order that people can follow: resources after those that they depend on, deletions last.
    package var changes: [ResourceChange]
    /// What stands against the execution as a whole. Nothing is done while there is any.
    package var obstacles: [ChangeObstacle]
    /// What was left alone, and why; each a sentence.
    package var notices: [String]
    /// Changes that the policy holds back.
    package var withheld: [ResourceChange]

    /// The Ingresses that the plan withholds because they don't agree with the others on guards, as `namespace/name`.
    /// Their routes are exposed to nobody else.
    package var disagreeing: Set<String> = []

    package var desired: ResourceGraph<Resource>
    package var observed: ObservedGraph<Resource>

    package init(
        owner: Owner,
        changes: [ResourceChange],
        obstacles: [ChangeObstacle] = [],
        notices: [String] = [],
        withheld: [ResourceChange] = [],
        desired: ResourceGraph<Resource>,
        observed: ObservedGraph<Resource>
    ) {
        self.owner = owner
        self.changes = changes
        self.obstacles = obstacles
        self.notices = notices
        self.withheld = withheld
        self.desired = desired
        self.observed = observed
    }

    /// Whether an execution would do anything.
    package var isEmpty: Bool { changes.allSatisfy { $0.action == .noOp } }

    package var summary: ChangeSummary { ChangeSummary(changes) }

    /// Whether an execution takes something away: a deletion, or a replacement.
    package var isDestructive: Bool {
        changes.contains { $0.action == .delete || $0.action == .replace || !$0.superseded.isEmpty }
    }
}

/// Why a change set must not be executed.
package struct ChangeObstacle: Codable, Hashable, Sendable {
    package var reference: ResourceReference
    package var identifier: String
    /// What stands against it, and what to do.
    package var message: String

    package init(reference: ResourceReference, identifier: String, message: String) {
        self.reference = reference
        self.identifier = identifier
        self.message = message
    }
}

/// How many changes of each kind there are.
package struct ChangeSummary: Codable, Hashable, Sendable {
    package var create = 0
    package var update = 0
    package var replace = 0
    package var delete = 0
    package var noop = 0

    package init() {}

    package init(actions: some Sequence<ChangeAction>) {
        for action in actions {
            switch action {
            case .create: create += 1
            case .update: update += 1
            case .replace: replace += 1
            case .delete: delete += 1
            case .noOp: noop += 1
            }
        }
    }

    package init(_ changes: some Sequence<ResourceChange>) {
        self.init(actions: changes.map(\.action))
    }

    /// Whether nothing would be done.
    package var isEmpty: Bool { create + update + replace + delete == 0 }

    package static func + (left: Self, right: Self) -> Self {
        var sum = left
        sum.create += right.create
        sum.update += right.update
        sum.replace += right.replace
        sum.delete += right.delete
        sum.noop += right.noop
        return sum
    }
}
