package import Foundation

/// What calls are signed with.
package struct AWSCredentials: Sendable, Hashable {
    package let accessKeyID: String
    package let secretAccessKey: RedactedString
    /// Present in temporary credentials, which AWS accepts only together with it.
    package let sessionToken: RedactedString?
    /// When they cease to be accepted; absent in those that last.
    package let expiration: Date?
    /// Where they came from, such as `environment variables`: what a message about them names.
    package let source: String

    package init(
        accessKeyID: String,
        secretAccessKey: RedactedString,
        sessionToken: RedactedString? = nil,
        expiration: Date? = nil,
        source: String
    ) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expiration = expiration
        self.source = source
    }

    /// Whether AWS would see the same credentials in both, wherever each came from.
    func areSameKeys(as other: AWSCredentials) -> Bool {
        accessKeyID == other.accessKeyID && secretAccessKey == other.secretAccessKey
            && sessionToken == other.sessionToken
    }
}

/// A place that credentials may come from.
package protocol AWSCredentialsSource: Sendable {
    /// What messages call the source, such as `environment variables`.
    var name: String { get }

    /// Looks for credentials.
    ///
    /// - Throws: ``CredentialsError`` where the source is configured and yet gives none.
    func find() async throws -> CredentialsFinding
}

/// What a source of credentials had to say.
package enum CredentialsFinding: Sendable, Hashable {
    case found(AWSCredentials)
    /// The source isn't configured here; the reason, for the list of what was tried.
    case absent(String)
}

extension AWSCredentialsSource {
    /// The source's credentials, or nil where the source isn't configured.
    package func credentials() async throws -> AWSCredentials? {
        switch try await find() {
        case .found(let credentials): credentials
        case .absent: nil
        }
    }
}
