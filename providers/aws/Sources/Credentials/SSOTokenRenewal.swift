import Foundation
import ProviderHTTP

/// Renews the token of a sign-in, as AWS's tools do: with the refresh token that `aws sso login` got for an `sso-session`.
struct SSOTokenRenewal: Sendable {
    let signIn: SSOCredentials.SignIn
    let environment: AWSSurroundings
    /// Those of the region of the sign-in.
    let endpoints: AWSEndpoints

    /// Why a token isn't renewed.
    struct Failure: Error, Hashable {
        /// As a clause, which nothing secret is in.
        let reason: String
        /// What to do about it; nil where only another sign-in helps.
        var remedy: String?
        /// Whether the same attempt may succeed in a while.
        var isTransient = false
    }

    /// Exchanges a token for a new one (`CreateToken` of IAM Identity Center's OIDC service, API version 2019-06-10).
    ///
    /// - Throws: ``Failure``, `CancellationError`.
    func renew(_ token: SSOToken) async throws -> SSOToken {
        guard let renewal = token.renewal else {
            throw Failure(reason: "the cache has nothing that it could be renewed with")
        }
        let now = environment.now()
        guard renewal.registrationExpiration > now else {
            let end = CredentialsDate.format(renewal.registrationExpiration)
            throw Failure(reason: "what it could be renewed with ran out at \(end)")
        }
        let endpoint = endpoints.url(of: .singleSignOnOIDC)
        let response: APIResponse
        do {
            response = try await CredentialsClient(environment: environment).send(try call(renewal, to: endpoint))
        } catch let error as CredentialsClient.Unreachable {
            throw Failure(
                reason: "\(endpoint), which would renew it, can't be reached (\(error.reason))",
                remedy: "check the network, the proxy and sso_region", isTransient: true)
        }
        guard response.status == 200 else { throw Self.refusal(response, by: endpoint) }
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(response.body)), answer.expiresIn > 0,
            let renewed = try? token.renewed(
                accessToken: answer.accessToken, expiration: now.addingTimeInterval(answer.expiresIn),
                refreshToken: answer.refreshToken, signIn: signIn)
        else {
            throw Failure(
                reason: "\(endpoint), which would renew it, gave an answer that isn't one of its API",
                remedy: "check that the endpoint is IAM Identity Center's")
        }
        return renewed
    }

    private func call(_ renewal: SSOToken.Renewal, to endpoint: String) throws -> APICall {
        let input = Input(
            clientId: renewal.clientID, clientSecret: renewal.clientSecret.withValue { $0 },
            refreshToken: renewal.refreshToken.withValue { $0 })
        return APICall(
            service: AWSService.singleSignOnOIDC.rawValue, operation: "CreateToken", kind: .read,
            url: "\(endpoint)/token",
            headers: [
                (name: "Content-Type", value: "application/json"), (name: "Accept", value: "application/json"),
            ],
            body: Array(try JSONEncoder().encode(input)), isIdempotent: true,
            redactedFields: ["clientSecret", "refreshToken"])
    }

    /// What the service says in its own words isn't told, for it was told secrets; its codes are a handful of labels.
    private static func refusal(_ response: APIResponse, by endpoint: String) -> Failure {
        let code = (try? JSONDecoder().decode(Refusal.self, from: Data(response.body)))?.error
        let isLabel = code.map { $0.utf8.count <= 64 && $0.utf8.allSatisfy { ($0 | 0x20) >= 0x61 && $0 <= 0x7A } }
        let said = code.flatMap { isLabel == true ? " (\($0))" : nil } ?? ""
        let isBusy = response.status >= 500 || response.status == 429
        return Failure(
            reason: "\(endpoint) doesn't renew it: status \(response.status)\(said)",
            remedy: isBusy ? "try again" : nil, isTransient: isBusy)
    }

    private struct Input: Encodable {
        let clientId: String
        let clientSecret: String
        let grantType = "refresh_token"
        let refreshToken: String
    }

    private struct Answer: Decodable {
        let accessToken: RedactedString
        /// In seconds.
        let expiresIn: Double
        let refreshToken: RedactedString?
    }

    private struct Refusal: Decodable {
        let error: String?
    }
}
