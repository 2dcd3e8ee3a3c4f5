/// How many resources of precedence lists the cloud lets stand at once.
///
/// What is on its way counts as well: where what is new and what is about to go don't fit beside each other, some of the
/// latter goes first.
package struct ResourceLimit: Hashable, Sendable {
    /// The limit in the cloud's own terms.
    package var name: String
    /// The resource that the limit is for, such as a load balancer, with all that lies within it.
    package var holder: ResourceReference
    /// The type of the resources that are counted.
    package var type: String
    package var allowed: Int

    package init(name: String, holder: ResourceReference, type: String, allowed: Int) {
        self.name = name
        self.holder = holder
        self.type = type
        self.allowed = allowed
    }
}
