/// A resource that exists, and that others can rely on, although the cloud refused a part of what was asked of it.
///
/// A provider throws it from ``LoadBalancerProvider/perform(_:in:permit:)``. What depends on a resource that was made so goes
/// on; the refusal is a failure of its step all the same, and the next run tries again.
package struct ImpairedResource: Error, Sendable {
    /// The cloud's identifier of the resource.
    package var identifier: String
    /// What the cloud refused.
    package var cause: ProviderError

    package init(identifier: String, cause: ProviderError) {
        self.identifier = identifier
        self.cause = cause
    }
}
