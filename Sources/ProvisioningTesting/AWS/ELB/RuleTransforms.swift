import Foundation

/// The transforms of a rule.
///
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-transforms.html
enum RuleTransforms {
    private static let configurations = [
        "host-header-rewrite": "HostHeaderRewriteConfig", "url-rewrite": "UrlRewriteConfig",
    ]

    static func normalized(_ transforms: [AWSValue]) throws(ServiceFailure) -> [AWSValue] {
        var types: [String] = []
        for transform in transforms {
            let type = transform["Type"]?.string ?? ""
            guard let configuration = configurations[type] else { throw .validation("A transform type must be given") }
            // "You can add one host header rewrite transform and one URL rewrite transform per rule."
            guard !types.contains(type) else { throw .validation("A rule can have one transform of type '\(type)'") }
            types.append(type)
            for (other, name) in configurations where other != type && transform[name] != nil {
                throw .validation("\(name) cannot be specified for a transform of type '\(type)'")
            }
            guard let rewrites = transform[configuration]?["Rewrites"]?.list, rewrites.count == 1 else {
                throw .validation("\(configuration) must have exactly one rewrite")
            }
            try check(rewrites[0])
        }
        return transforms
    }

    private static func check(_ rewrite: AWSValue) throws(ServiceFailure) {
        let pattern = rewrite["Regex"]?.string ?? ""
        let replacement = rewrite["Replace"]?.string ?? ""
        guard !pattern.isEmpty, pattern.count <= 1024, replacement.count <= 1024 else {
            throw .validation(
                "A rewrite's regular expression must have 1 to 1024 characters, its replacement at most 1024")
        }
        guard let expression = try? NSRegularExpression(pattern: pattern) else {
            throw .validation("The regular expression '\(pattern)' is not valid")
        }
        let groups = replacement.matches(of: #/\$(\d)/#).compactMap { Int($0.1) }
        for group in groups where group > expression.numberOfCaptureGroups {
            throw .validation("The replacement '\(replacement)' names capture group \(group), which there is not")
        }
    }
}
