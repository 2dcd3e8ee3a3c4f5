import Provisioning

/// A certificate in ACM that was imported from a Secret.
///
/// A renewed one is imported again under the same ARN, so that no listener changes.
package struct CertificateSpec: Equatable, Sendable {
    /// The tag that says which certificate was imported last.
    package static let fingerprintTag = "headgate.dev/fingerprint"

    /// SHA-256 over the DER form of the leaf, in hexadecimal digits.
    package var fingerprint: String
    /// Its tags, without ``fingerprintTag``.
    package var tags: [String: String]

    package init(fingerprint: String, tags: [String: String]) {
        self.fingerprint = fingerprint
        self.tags = tags
    }

    var fields: [ResourceField] {
        [ResourceField("fingerprint", .string(fingerprint))] + ResourceField.tags(tags)
    }
}

/// A trust store of client CA certificates, made from a bundle in S3.
package struct TrustStoreSpec: Equatable, Sendable {
    /// The tags that say where the bundle came from.
    package static let bundleTag = "headgate.dev/bundle"
    package static let bundleVersionTag = "headgate.dev/bundle-version"

    /// The name in AWS, at most 32 characters. It is set once and never compared.
    package var name: String
    /// The bundle: bucket, key and, where one is pinned, object version. They stand in tags too, for AWS doesn't tell them.
    package var bucket: String
    package var key: String
    package var objectVersion: String?
    /// Its tags, without those of the bundle.
    package var tags: [String: String]

    package init(name: String, bucket: String, key: String, objectVersion: String? = nil, tags: [String: String]) {
        self.name = name
        self.bucket = bucket
        self.key = key
        self.objectVersion = objectVersion
        self.tags = tags
    }

    /// The bundle as a URL.
    var bundle: String { "s3://\(bucket)/\(key)" }

    var fields: [ResourceField] {
        [
            ResourceField("bundle", .string(bundle)).asGuard,
            ResourceField("bundleVersion", .optional(objectVersion)).asGuard,
        ] + ResourceField.tags(tags)
    }
}
