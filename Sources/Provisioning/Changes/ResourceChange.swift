/// What becomes of one resource.
package enum ChangeAction: String, Codable, Hashable, Sendable, CaseIterable {
    case create, update, replace, delete
    case noOp = "noop"
}

/// The change of one resource: what is done, to which fields, why, and who will notice.
package struct ResourceChange: Codable, Hashable, Sendable {
    package var action: ChangeAction
    package var reference: ResourceReference
    /// What people know the resource by beyond its reference; empty where there is nothing to add.
    package var title: String
    /// The cloud's identifier of what exists: of what is updated, deleted or stays.
    package var identifier: String?
    /// The identifiers of resources that go once the change is made: those that are replaced, and what an interrupted replacement left.
    package var superseded: [String]
    /// The fields that differ, in the resource's order. A create lists what it sets, a delete nothing.
    package var fields: [FieldDifference]
    /// Why it is replaced, deleted, or kept; empty where the fields say it all.
    package var reason: String
    /// What is interrupted for a moment, and for whom; nil where nobody notices.
    package var interruption: String?
    /// The Ingresses that it is made for.
    package var members: [String]

    package init(
        action: ChangeAction,
        reference: ResourceReference,
        title: String = "",
        identifier: String? = nil,
        superseded: [String] = [],
        fields: [FieldDifference] = [],
        reason: String = "",
        interruption: String? = nil,
        members: [String] = []
    ) {
        self.action = action
        self.reference = reference
        self.title = title
        self.identifier = identifier
        self.superseded = superseded
        self.fields = fields
        self.reason = reason
        self.interruption = interruption
        self.members = members
    }
}

/// A field that differs between what exists and what is desired.
package struct FieldDifference: Codable, Hashable, Sendable {
    package var path: String
    /// The value that exists, for people; nil where there is none.
    package var before: String?
    /// The value that is desired; nil where there is to be none.
    package var after: String?
    /// Why the difference makes a replacement; nil where it is changed in place.
    package var replacementReason: String?
    /// True for a value of a new resource that nobody asked for: the cloud's default, or the bookkeeping of ownership.
    package var implied: Bool?

    package init(
        path: String, before: String?, after: String?, replacementReason: String? = nil, implied: Bool? = nil
    ) {
        self.path = path
        self.before = before
        self.after = after
        self.replacementReason = replacementReason
        self.implied = implied
    }
}
