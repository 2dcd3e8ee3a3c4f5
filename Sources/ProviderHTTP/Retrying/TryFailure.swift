package import Provisioning

/// How one try of a call failed: all that the decision to send it again depends on.
package struct TryFailure: Error, Sendable {
    /// What is known of a call's effect.
    package enum Effect: Hashable, Sendable {
        /// It was not sent, or the cloud refused it.
        case none
        /// It was sent, and what became of it is unknown.
        case unknown
    }

    package var error: ProviderError
    package var effect: Effect
    /// Whether the same call may fare better when it is sent again, its effect aside.
    package var isTransient: Bool
    /// How far the cloud's clock is ahead of the one that the call was signed by, where the answer told.
    package var clockDifference: Duration?

    package init(error: ProviderError, effect: Effect, isTransient: Bool, clockDifference: Duration? = nil) {
        self.error = error
        self.effect = effect
        self.isTransient = isTransient
        self.clockDifference = clockDifference
    }
}
