internal import Provisioning

/// What inventories of accounts have in common.
package enum ConformanceInventory {
    /// The tags of a rule without its name: a rule keeps the name that it was made with when its path changes, so that the
    /// name tells of the past as well as of what is there.
    package static func tags(_ tags: [String: String]) -> [String: String] {
        guard let type = tags[OwnershipTags.Key.resource]?.split(separator: "/").first, type == "rule" else {
            return tags
        }
        return tags.merging([OwnershipTags.Key.resource: "rule"]) { $1 }
    }
}
