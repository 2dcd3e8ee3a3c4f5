import Foundation
import ProviderHTTP

/// Credentials of a role in IAM Identity Center, by the token that `aws sso login` has left in its cache.
struct SSOCredentials: Sendable {
    /// What a profile says of its sign-in.
    struct SignIn: Sendable, Hashable {
        /// The `sso-session` that the profile names; absent in the older form, whose profile has the start URL itself.
        let session: String?
        let startURL: String
        let region: AWSRegion
        let accountID: String
        let roleName: String
        /// The profile, for the remedy.
        let profile: String
    }

    let signIn: SignIn
    let environment: AWSSurroundings
    /// Those of the region of the sign-in.
    let endpoints: AWSEndpoints
    /// What messages call the source.
    let name: String

    /// Exchanges the cached token for the role's credentials (`GetRoleCredentials`).
    func fetch() async throws -> AWSCredentials {
        let token = try await token()
        let endpoint = endpoints.url(of: .singleSignOn)
        let query =
            "account_id=\(PercentEncoding.encode(signIn.accountID))&role_name=\(PercentEncoding.encode(signIn.roleName))"
        let call = APICall(
            service: AWSService.singleSignOn.rawValue, operation: "GetRoleCredentials", kind: .read, method: "GET",
            url: "\(endpoint)/federation/credentials?\(query)",
            headers: [
                (name: "Accept", value: "application/json"),
                (name: "x-amz-sso_bearer_token", value: token.withValue { $0 }),
            ],
            body: [], isIdempotent: true)
        let response: APIResponse
        do {
            response = try await CredentialsClient(environment: environment).send(call)
        } catch let error as CredentialsClient.Unreachable {
            throw CredentialsError(
                source: name, problem: "\(endpoint) can't be reached (\(error.reason))",
                remedy: "check the network, the proxy and sso_region", isTransient: true)
        }
        guard response.status == 200 else { throw refusal(response) }
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(response.body)) else {
            throw CredentialsError(
                source: name, problem: "\(endpoint) gave an answer that isn't one of its API",
                remedy: "check that the endpoint is IAM Identity Center's")
        }
        let role = answer.roleCredentials
        return AWSCredentials(
            accessKeyID: role.accessKeyId, secretAccessKey: role.secretAccessKey, sessionToken: role.sessionToken,
            expiration: Date(timeIntervalSince1970: role.expiration / 1000), source: name)
    }

    private func refusal(_ response: APIResponse) -> CredentialsError {
        let message = (try? JSONDecoder().decode(Refusal.self, from: Data(response.body)))?.message
        let said = message.map { ": \($0)" } ?? ""
        let role = "role \(signIn.roleName) of account \(signIn.accountID)"
        return switch response.status {
        case 401:
            CredentialsError(
                source: name, problem: "the token is no longer accepted\(said)", remedy: loginRemedy)
        case 403, 404:
            CredentialsError(
                source: name, problem: "\(role) was refused\(said)",
                remedy: "check sso_account_id and sso_role_name, and that the user is assigned to them")
        default:
            CredentialsError(
                source: name, problem: "\(role) was refused with status \(response.status)\(said)",
                remedy: "try again, or check sso_account_id and sso_role_name",
                isTransient: response.status >= 500 || response.status == 429)
        }
    }

    private var loginRemedy: String { "run: aws sso login --profile \(signIn.profile)" }

    private struct Answer: Decodable {
        struct Role: Decodable {
            let accessKeyId: String
            let secretAccessKey: RedactedString
            let sessionToken: RedactedString
            /// In milliseconds since 1970.
            let expiration: Double
        }

        let roleCredentials: Role
    }

    private struct Refusal: Decodable {
        let message: String?
    }
}

// MARK: - The token

extension SSOCredentials {
    /// How long before its end a token is renewed, in seconds, as AWS's tools do.
    private static let renewalAhead: TimeInterval = 15 * 60

    /// The token of the cache, renewed where it ends soon and can be.
    private func token() async throws -> RedactedString {
        guard let home = environment.homeDirectory else {
            throw CredentialsError(
                source: name, problem: "there is no home directory, in which the SSO cache would be",
                remedy: "set HOME, and \(loginRemedy)")
        }
        let cache = SSOTokenCache(key: signIn.session ?? signIn.startURL, home: home, environment: environment)
        let token = try cachedToken(cache)
        // In the older form AWS's tools renew none either, whatever the cache has.
        let isDue = token.expiration.timeIntervalSince(environment.now()) < Self.renewalAhead
        if signIn.session != nil, isDue { return try await renewed(token, in: cache) }
        guard isGood(token) else { throw expired(token) }
        return token.accessToken
    }

    private func renewed(_ token: SSOToken, in cache: SSOTokenCache) async throws -> RedactedString {
        do {
            let renewed = try await SSOTokenRenewal(signIn: signIn, environment: environment, endpoints: endpoints)
                .renew(token)
            // What can't be kept is good for this once; the next one to need a token finds the old one, and says so.
            try? cache.store(renewed)
            return renewed.accessToken
        } catch let failure as SSOTokenRenewal.Failure {
            if isGood(token) { return token.accessToken }
            // A refresh token is good once: another of AWS's tools may have been first.
            if let other = try? cache.token(), isGood(other) { return other.accessToken }
            throw expired(token, failure)
        }
    }

    private func isGood(_ token: SSOToken) -> Bool { token.expiration > environment.now() }

    private func expired(_ token: SSOToken, _ failure: SSOTokenRenewal.Failure? = nil) -> CredentialsError {
        let end = "the sign-in expired at \(CredentialsDate.format(token.expiration))"
        return CredentialsError(
            source: name, problem: failure.map { "\(end), and \($0.reason)" } ?? end,
            remedy: failure?.remedy.map { "\($0), or \(loginRemedy)" } ?? loginRemedy,
            isTransient: failure?.isTransient ?? false)
    }

    private func cachedToken(_ cache: SSOTokenCache) throws(CredentialsError) -> SSOToken {
        do throws(SSOTokenCache.Unusable) {
            if let token = try cache.token() { return token }
        } catch {
            switch error {
            case .unreadable:
                throw CredentialsError(
                    source: name, problem: "the file \(cache.path) can't be read", remedy: "check its permissions")
            case .notAToken:
                throw CredentialsError(
                    source: name, problem: "the file \(cache.path) isn't a token of the SSO cache", remedy: loginRemedy)
            }
        }
        throw CredentialsError(
            source: name, problem: "nobody is signed in (there is no file \(cache.path))", remedy: loginRemedy)
    }
}
