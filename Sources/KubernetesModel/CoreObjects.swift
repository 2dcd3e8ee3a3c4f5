/// `v1` Secret. Its data never shows in a description.
package struct Secret: KubernetesObject {
    package static let kind = "Secret"
    package static let apiVersion = "v1"
    package static let isNamespaced = true

    package var metadata: ObjectMeta
    package var type: String = "Opaque"
    package var data: [String: SecretValue] = [:]
}

/// The decoded bytes of a Secret's key, whose description is `[redacted]`.
package struct SecretValue: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
{
    private let bytes: [UInt8]

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Hands the bytes to the code that needs them.
    package func withBytes<Result>(_ body: ([UInt8]) throws -> Result) rethrows -> Result {
        try body(bytes)
    }

    package var description: String { "[redacted]" }
    package var debugDescription: String { "[redacted]" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// `v1` ConfigMap.
package struct ConfigMap: KubernetesObject {
    package static let kind = "ConfigMap"
    package static let apiVersion = "v1"
    package static let isNamespaced = true

    package var metadata: ObjectMeta
    package var data: [String: String] = [:]
    package var binaryData: [String: [UInt8]] = [:]
    /// Where each key of ``data`` was read; empty for an object that comes from no file.
    package var places: [String: SourceLocation] = [:]
}

/// `v1` Namespace.
package struct Namespace: KubernetesObject {
    package static let kind = "Namespace"
    package static let apiVersion = "v1"
    package static let isNamespaced = false

    package var metadata: ObjectMeta
}

/// `v1` Node.
package struct Node: KubernetesObject {
    package static let kind = "Node"
    package static let apiVersion = "v1"
    package static let isNamespaced = false

    package var metadata: ObjectMeta
    package var unschedulable: Bool = false
    /// What the cloud calls it, such as `aws:///eu-central-1a/i-0123456789abcdef0`.
    package var providerID: String?
    /// The keys of its taints.
    package var taints: [String] = []
    package var addresses: [NodeAddress] = []
    /// Whether the `Ready` condition is `True`.
    package var isReady: Bool = false
}

package struct NodeAddress: Hashable, Sendable {
    /// `InternalIP`, `ExternalIP`, `Hostname`, `InternalDNS` or `ExternalDNS`.
    package var type: String
    package var address: String
}
