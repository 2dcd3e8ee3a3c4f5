package import Foundation
package import ProviderHTTP
import Provisioning

/// Signs calls by Signature Version 4 with credentials that are renewed as they run out.
package struct AWSSigner: RequestSigner {
    private let credentials: CachedCredentials
    private let endpoints: AWSEndpoints

    /// - Parameters:
    ///   - credentials: Where the credentials come from.
    ///   - region: The region whose services are called.
    package init(credentials: CachedCredentials, region: AWSRegion) {
        self.init(credentials: credentials, endpoints: AWSEndpoints(region: region))
    }

    /// - Parameters:
    ///   - credentials: Where the credentials come from.
    ///   - endpoints: Where services are called, which decides the region that their calls are signed for.
    package init(credentials: CachedCredentials, endpoints: AWSEndpoints) {
        self.credentials = credentials
        self.endpoints = endpoints
    }

    /// Adds `X-Amz-Date`, `Authorization` and, for temporary credentials, `X-Amz-Security-Token` to the call; fields of
    /// an earlier signature are replaced.
    ///
    /// - Throws: ``Provisioning/ProviderError`` where there are no credentials.
    package func sign(_ call: APICall, at date: Date) async throws -> APICall {
        do {
            return try Self.sign(
                call, with: try await credentials.current(),
                region: endpoints.signingRegion(of: AWSService(rawValue: call.service)), at: date)
        } catch let error as CredentialsError {
            throw error.asProviderError(operation: "\(call.service):\(call.operation)")
        } catch let error as MalformedURL {
            throw ProviderError(
                kind: .invalid, operation: "\(call.service):\(call.operation)",
                message: "the URL can't be called: \(error.problem)")
        }
    }

    /// Fetches credentials anew after AWS has refused the ones in use, and says whether that gave others.
    package func refreshAfterRejection() async throws -> Bool {
        do {
            return try await credentials.renewAfterRejection()
        } catch let error as CredentialsError {
            throw error.asProviderError(operation: "credentials")
        }
    }

    package func credentialsOrigin() async -> String? {
        try? await credentials.current().source
    }

    /// Signs `call` with `credentials` for the service that it names.
    static func sign(
        _ call: APICall, with credentials: AWSCredentials, region: String, at date: Date
    ) throws(MalformedURL) -> APICall {
        let signatureFields: Set<String> = ["authorization", "x-amz-date", "x-amz-security-token"]
        let scope = SigningScope(
            date: date, region: region,
            service: AWSService(rawValue: call.service)?.signingName ?? call.service)
        var signed = call
        signed.headers.removeAll { signatureFields.contains($0.name.lowercased()) }
        signed.headers.append((name: "X-Amz-Date", value: scope.timestamp))
        if let token = credentials.sessionToken {
            signed.headers.append((name: "X-Amz-Security-Token", value: token.withValue { $0 }))
        }
        let signature = try SignatureV4(of: signed, scope: scope, credentials: credentials)
        signed.headers.append((name: "Authorization", value: signature.authorization))
        return signed
    }
}
