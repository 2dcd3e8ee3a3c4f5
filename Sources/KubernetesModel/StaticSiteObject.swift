/// `headgate.dev/v1alpha1` StaticSite: files from ConfigMaps, served by the load balancer itself.
package struct StaticSiteObject: KubernetesObject {
    package static let kind = "StaticSite"
    package static let apiVersion = "headgate.dev/v1alpha1"
    package static let isNamespaced = true

    package var metadata: ObjectMeta
    package var spec: StaticSiteSpec
}

package struct StaticSiteSpec: Hashable, Sendable {
    /// The ConfigMaps of the namespace whose keys are files; a later one wins where two hold the same path.
    package var configMaps: [StaticSiteSource]
    package var indexDocument: String = "index.html"
    package var notFoundDocument: String?
    /// Whether the path of the Ingress is removed before the rest is looked up.
    package var stripPath: Bool = true
    /// Content types by file name extension (without a dot), which win over the built-in table.
    package var contentTypes: [String: String] = [:]
}

package struct StaticSiteSource: Hashable, Sendable {
    /// The name of the ConfigMap.
    package var name: String
    /// The directory of the site that the keys are placed in; empty for its root.
    package var directory: String = ""
    /// The paths of keys that should not be named after the key, since a key cannot hold a slash.
    package var items: [String: String] = [:]
}

/// `headgate.dev/v1alpha1` StorageBucket: an S3-compatible bucket, read anonymously.
package struct StorageBucketObject: KubernetesObject {
    package static let kind = "StorageBucket"
    package static let apiVersion = "headgate.dev/v1alpha1"
    package static let isNamespaced = true

    package var metadata: ObjectMeta
    package var spec: StorageBucketSpec
}

package struct StorageBucketSpec: Hashable, Sendable {
    package enum AddressingStyle: String, Hashable, Sendable, CaseIterable {
        case path, host
    }

    /// The endpoint as a URL without a path: `https://s3.eu-central-1.amazonaws.com`.
    package var endpoint: String
    package var bucket: String
    package var addressingStyle: AddressingStyle = .host
    /// What every key starts with, such as `assets/`.
    package var keyPrefix: String = ""
    package var indexDocument: String?
    /// Whether the path of the Ingress is removed before the rest is looked up.
    package var stripPath: Bool = true
    /// Whether the endpoint's certificate must be valid.
    package var verifyTLS: Bool = true
}
