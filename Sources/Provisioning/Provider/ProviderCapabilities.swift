/// What a provider can do, as data: the source of its capability table and of what lowering says.
package struct ProviderCapabilities: Hashable, Sendable {
    package var features: [FeatureSupport]
    package var limits: [ProviderLimit]

    package init(features: [FeatureSupport], limits: [ProviderLimit]) {
        self.features = features
        self.limits = limits
    }
}

/// How faithfully a provider does one thing that a plan may ask for.
package struct FeatureSupport: Hashable, Sendable {
    package enum Level: String, Codable, Hashable, Sendable, CaseIterable {
        /// As the plan says, in every case.
        case exact
        /// With a difference, which ``FeatureSupport/remark`` spells out.
        case approximated
        case unsupported
    }

    /// The feature in the plan's terms, such as `Exact paths`.
    package var feature: String
    package var level: Level
    /// How it is done, or where it differs.
    package var remark: String

    package init(_ feature: String, _ level: Level, _ remark: String = "") {
        self.feature = feature
        self.level = level
        self.remark = remark
    }
}

/// A limit that the cloud sets.
package struct ProviderLimit: Hashable, Sendable {
    /// The limit in the cloud's own terms, such as `Rules per Application Load Balancer`.
    package var name: String
    package var value: Int
    /// Whether the cloud raises it on request.
    package var isAdjustable: Bool

    package init(name: String, value: Int, isAdjustable: Bool) {
        self.name = name
        self.value = value
        self.isAdjustable = isAdjustable
    }
}
