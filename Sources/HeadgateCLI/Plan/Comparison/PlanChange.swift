/// What differs in one load balancer between two plan documents.
struct LoadBalancerChange: Codable, Hashable, Sendable {
    var loadBalancer: String
    var action: ChangeAction
    /// What differs within a load balancer that stands in both; empty for other actions.
    var changes: [ElementChange]
}

/// What happens to a load balancer or a part of it.
enum ChangeAction: String, Codable, Hashable, Sendable, CaseIterable {
    case create, update, delete
}

/// What differs in one part of a load balancer.
struct ElementChange: Codable, Hashable, Sendable {
    /// The parts that are compared one by one, in the order in which they are shown.
    enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
        /// What belongs to the load balancer as a whole.
        case settings
        case listener, certificate, route, pool, staticSite
    }

    var kind: Kind
    /// The name of the part within the plan; for a route its host, match and path.
    var name: String
    var action: ChangeAction
    /// The fields that differ; empty unless ``action`` is an update.
    var fields: [FieldChange]
}

/// A field before and after.
struct FieldChange: Codable, Hashable, Sendable {
    /// The path of the field within its part, such as `targets[10.0.0.1:8080].state`.
    var field: String
    /// Absent where the field is new.
    var before: JSONValue?
    /// Absent where the field is gone.
    var after: JSONValue?
}
