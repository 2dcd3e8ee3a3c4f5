package import Provisioning

/// What a listener or a rule does with a request.
package enum RuleAction: Hashable, Sendable {
    case forward(Forward)
    case redirect(Redirect)
    case fixedResponse(FixedResponse)

    package struct Forward: Hashable, Sendable {
        package var targetGroups: [WeightedTargetGroup]
        /// How long a client stays with one target group, in seconds; absent where it need not.
        package var stickinessSeconds: Int?

        package init(targetGroups: [WeightedTargetGroup], stickinessSeconds: Int? = nil) {
            self.targetGroups = targetGroups
            self.stickinessSeconds = stickinessSeconds
        }
    }

    package struct WeightedTargetGroup: Hashable, Sendable {
        package var targetGroup: ResourceLink
        /// From 0 to 999.
        package var weight: Int

        package init(targetGroup: ResourceLink, weight: Int = 1) {
            self.targetGroup = targetGroup
            self.weight = weight
        }
    }

    /// The parts may hold `#{protocol}`, `#{host}`, `#{port}`, `#{path}` and `#{query}`.
    package struct Redirect: Hashable, Sendable {
        package var `protocol`: String
        package var host: String
        package var port: String
        package var path: String
        package var query: String
        /// 301 or 302.
        package var statusCode: Int

        package init(
            protocol: String = "#{protocol}",
            host: String = "#{host}",
            port: String = "#{port}",
            path: String = "/#{path}",
            query: String = "#{query}",
            statusCode: Int
        ) {
            self.protocol = `protocol`
            self.host = host
            self.port = port
            self.path = path
            self.query = query
            self.statusCode = statusCode
        }
    }

    package struct FixedResponse: Hashable, Sendable {
        /// 2XX, 4XX or 5XX.
        package var statusCode: Int
        /// `text/plain`, `text/css`, `text/html`, `application/javascript` or `application/json`.
        package var contentType: String
        /// At most 1024 characters.
        package var body: String

        package init(statusCode: Int, contentType: String = "text/plain", body: String = "") {
            self.statusCode = statusCode
            self.contentType = contentType
            self.body = body
        }
    }

    static func fields(_ actions: [RuleAction], prefix: String) -> [ResourceField] {
        actions.enumerated().flatMap { index, action in
            action.fields.map { field in
                var field = field
                field.path = "\(prefix)[\(index)].\(field.path)"
                return field
            }
        }
    }

    private var fields: [ResourceField] {
        switch self {
        case .forward(let forward):
            [
                ResourceField("forward", .list(forward.targetGroups.map { .link($0.targetGroup) })),
                ResourceField("weights", .list(forward.targetGroups.map { .integer($0.weight) }))
                    .implied(forward.targetGroups.count == 1),
                ResourceField("stickinessSeconds", .optional(forward.stickinessSeconds)),
            ]
        case .redirect(let redirect):
            [
                ResourceField(
                    "redirect",
                    .string(
                        "\(redirect.statusCode) \(redirect.protocol)://\(redirect.host):\(redirect.port)"
                            + "\(redirect.path)?\(redirect.query)"))
            ]
        case .fixedResponse(let response):
            [
                ResourceField("fixedResponse.statusCode", .integer(response.statusCode)),
                ResourceField("fixedResponse.contentType", .string(response.contentType)),
                ResourceField("fixedResponse.body", .string(response.body)).implied(by: .string("")),
            ]
        }
    }
}
