package import Provisioning

/// The registered targets of a target group. They are a resource of their own, for they change a thousand times as often.
package struct TargetsSpec: Equatable, Sendable {
    package struct Target: Hashable, Comparable, Sendable, CustomStringConvertible {
        /// An IP address or the id of an instance.
        package var id: String
        package var port: Int
        /// `all` for an address outside of the VPC; absent for the zone that AWS finds itself.
        package var availabilityZone: String?

        package init(id: String, port: Int, availabilityZone: String? = nil) {
            self.id = id
            self.port = port
            self.availabilityZone = availabilityZone
        }

        package var description: String { id.contains(":") ? "[\(id)]:\(port)" : "\(id):\(port)" }

        package static func < (left: Self, right: Self) -> Bool {
            (left.id, left.port) < (right.id, right.port)
        }
    }

    package var targetGroup: ResourceLink
    /// Sorted. Targets that are draining aren't among them.
    package var targets: [Target]

    package init(targetGroup: ResourceLink, targets: [Target]) {
        self.targetGroup = targetGroup
        self.targets = targets
    }

    var fields: [ResourceField] {
        [
            ResourceField(
                "targetGroup", .link(targetGroup), change: .replacing("targets are registered in one target group")),
            ResourceField("targets", .strings(targets.map(\.description))),
        ]
    }
}
