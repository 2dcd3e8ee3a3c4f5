import Crypto
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
        let token = try cachedToken()
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

// MARK: - The cache

extension SSOCredentials {
    /// The token of the cache, whose files bear the SHA-1 of the session's name or of the start URL.
    private func cachedToken() throws(CredentialsError) -> RedactedString {
        let key = Insecure.SHA1.hash(data: Data((signIn.session ?? signIn.startURL).utf8))
            .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        guard let home = environment.homeDirectory else {
            throw CredentialsError(
                source: name, problem: "there is no home directory, in which the SSO cache would be",
                remedy: "set HOME, and \(loginRemedy)")
        }
        let path = "\(home)/.aws/sso/cache/\(key).json"
        let content: [UInt8]?
        do {
            content = try environment.readFile(path)
        } catch {
            throw CredentialsError(
                source: name, problem: "the file \(path) can't be read", remedy: "check its permissions")
        }
        guard let content else {
            throw CredentialsError(
                source: name, problem: "nobody is signed in (there is no file \(path))", remedy: loginRemedy)
        }
        guard let token = try? JSONDecoder().decode(Token.self, from: Data(content)),
            let expiration = CredentialsDate.parse(token.expiresAt)
        else {
            throw CredentialsError(
                source: name, problem: "the file \(path) isn't a token of the SSO cache", remedy: loginRemedy)
        }
        guard expiration > environment.now() else {
            throw CredentialsError(
                source: name, problem: "the sign-in expired at \(CredentialsDate.format(expiration))",
                remedy: loginRemedy)
        }
        return token.accessToken
    }

    private struct Token: Decodable {
        let accessToken: RedactedString
        let expiresAt: String
    }
}
