import LoadBalancerModel

/// What this program is and which documents it reads and writes.
struct Version: Codable, Hashable, Sendable, CustomStringConvertible {
    /// The version of this program (semver.org).
    var version: String
    /// The version of plan documents that this program reads and writes.
    var planAPIVersion: String
    /// The controller name that IngressClasses must have.
    var controller: String

    /// The version that this source is.
    static let current = Version(
        version: "0.1.0",
        planAPIVersion: LoadBalancerPlan.currentAPIVersion,
        controller: "headgate.dev/ingress-controller"
    )

    var description: String { version }
}
