package import FoundationEssentials

/// Adds to a call what proves who makes it.
package protocol RequestSigner: Sendable {
    /// Adds the authorization fields to a call. It is asked anew for every try.
    ///
    /// - Parameter date: the time to sign for, in the cloud's reckoning where this machine's clock is off.
    /// - Throws: ``ProviderError`` where there are no credentials.
    func sign(_ call: APICall, at date: Date) async throws -> APICall

    /// Asked, once per call, when the cloud answers that the credentials have expired: whether fresh ones are there, so
    /// that the call may be signed and sent again.
    func refreshAfterRejection() async throws -> Bool

    /// Where the credentials in use came from, such as a profile, for the message of a call that was refused for them.
    func credentialsOrigin() async -> String?
}

extension RequestSigner {
    package func credentialsOrigin() async -> String? { nil }
}

/// Signs nothing: for endpoints that hand out credentials.
package struct UnsignedRequests: RequestSigner {
    package init() {}

    package func sign(_ call: APICall, at date: Date) async throws -> APICall { call }

    package func refreshAfterRejection() async throws -> Bool { false }
}
