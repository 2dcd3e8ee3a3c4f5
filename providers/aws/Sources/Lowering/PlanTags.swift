internal import Provisioning

/// What the tags of a plan may hold.
///
/// https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
enum PlanTags {
    /// What AWS allows for a resource.
    private static let limit = 50
    /// The ownership tags, and those of target groups and certificates.
    private static let ours = 6
    /// What is left beside ours.
    static let room = limit - ours

    /// What AWS has against a tag, with the remedy; nil where nothing.
    static func problem(_ key: String, _ value: String) -> String? {
        let problem: String? =
            if key.hasPrefix(OwnershipTags.Key.prefix) {
                "begins with \(OwnershipTags.Key.prefix), which is Headgate's"
            } else if key.lowercased().hasPrefix("aws:") {
                "begins with aws:, which is AWS's"
            } else if !(1...128).contains(key.count) || value.count > OwnershipTags.maximumLength {
                "has a key of \(key.count) and a value of \(value.count) characters, and AWS allows 128 and "
                    + "\(OwnershipTags.maximumLength)"
            } else if !(key + value).allSatisfy(isAllowed) {
                "has characters other than \(allowed)"
            } else {
                nil
            }
        return problem.map { "\"\(key)\": \"\(value)\" \($0); correct or remove it" }
    }

    /// Checks the tags that parameters ask for.
    static func check(_ tags: [String: String]) throws(LoweringError) {
        for (key, value) in tags.sorted(by: { $0.key < $1.key }) {
            guard let problem = problem(key, value) else { continue }
            throw LoweringError(reason: "InvalidTag", message: "tags: \(problem)")
        }
        guard tags.count <= room else {
            throw LoweringError(
                reason: "TooManyTags",
                message:
                    "tags has \(tags.count) tags, and AWS leaves room for \(room) beside Headgate's; remove "
                    + "some")
        }
    }

    /// Checks what goes into the ownership tags as it came.
    static func check(_ owner: Owner) throws(LoweringError) {
        let problem: String? =
            if owner.cluster.isEmpty {
                "is empty"
            } else if owner.cluster.count > OwnershipTags.maximumLength {
                "has \(owner.cluster.count) characters, and AWS allows \(OwnershipTags.maximumLength)"
            } else if !owner.cluster.allSatisfy(isAllowed) {
                "has characters other than \(allowed)"
            } else {
                nil
            }
        guard let problem else { return }
        throw LoweringError(
            reason: "InvalidClusterName",
            message: "the cluster's name \"\(owner.cluster)\", which AWS keeps in tags, \(problem); give another with "
                + "--cluster-name")
    }

    private static let allowed = "letters, digits, spaces and _ . : / = + - @"

    private static func isAllowed(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || " _.:/=+-@".contains(character)
    }
}
