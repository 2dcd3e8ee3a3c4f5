/// A value that is in force for a load balancer, and who asked for it.
struct AgreedValue<Value: Sendable>: Sendable {
    var value: Value
    var member: Member
    /// The annotation.
    var key: String
    /// The other Ingresses that ask for the same.
    var followers: [String] = []

    /// All that ask for it, the one that came first in front.
    var ingresses: [String] { [member.name] + followers }
}
