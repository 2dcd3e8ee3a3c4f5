package import Provisioning

/// Why a source that is configured gives no credentials. Nothing in it is secret.
package struct CredentialsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The source that is at fault, such as `SSO session "corporate"`.
    package let source: String
    package let problem: String
    /// What the user can do.
    package let remedy: String
    /// Whether the same attempt may succeed in a while.
    package let isTransient: Bool

    package init(source: String, problem: String, remedy: String, isTransient: Bool = false) {
        self.source = source
        self.problem = problem
        self.remedy = remedy
        self.isTransient = isTransient
    }

    package var description: String { "AWS credentials from \(source): \(problem); \(remedy)" }

    /// The failure as that of the operation that needed the credentials.
    package func asProviderError(operation: String) -> ProviderError {
        ProviderError(
            kind: isTransient ? .unavailable : .unauthenticated, operation: operation, message: description)
    }
}
