import Foundation
import ProviderHTTP
import XMLCoder

/// The calls of AWS's Security Token Service that give credentials of a role (API version 2011-06-15).
struct SecurityTokenService: Sendable {
    let environment: AWSSurroundings
    let endpoints: AWSEndpoints

    private var url: String { endpoints.url(of: .securityToken) }

    /// `AssumeRole`, signed with `base`.
    func assumeRole(_ role: AssumedRole, with base: AWSCredentials, source: String) async throws -> AWSCredentials {
        var parameters = parameters(of: role)
        if let externalID = role.externalID { parameters.append(("ExternalId", externalID)) }
        var call = call("AssumeRole", parameters: parameters)
        do {
            call = try AWSSigner.sign(
                call, with: base, region: endpoints.signingRegion(of: .securityToken), at: environment.now())
        } catch {
            throw CredentialsError(
                source: source, problem: "STS can't be called: \(error)", remedy: "check the endpoint's URL")
        }
        return try await perform(call, role: role, source: source)
    }

    /// `AssumeRoleWithWebIdentity`, which isn't signed: the token says who is calling.
    func assumeRole(
        _ role: AssumedRole, webIdentityToken token: RedactedString, source: String
    ) async throws -> AWSCredentials {
        let parameters = parameters(of: role) + [("WebIdentityToken", token.withValue { $0 })]
        return try await perform(
            call("AssumeRoleWithWebIdentity", parameters: parameters), role: role, source: source)
    }

    private func parameters(of role: AssumedRole) -> [(String, String)] {
        let session = role.sessionName ?? "headgate-\(Int(environment.now().timeIntervalSince1970))"
        let duration = role.durationSeconds.map { [("DurationSeconds", String($0))] } ?? []
        return [("RoleArn", role.arn), ("RoleSessionName", session)] + duration
    }

    private func call(_ action: String, parameters: [(String, String)]) -> APICall {
        let form = ([("Action", action), ("Version", "2011-06-15")] + parameters)
            .map { "\($0.0)=\(PercentEncoding.encode($0.1))" }
            .joined(separator: "&")
        return APICall(
            service: AWSService.securityToken.rawValue, operation: action, kind: .read, method: "POST",
            url: url + "/",
            headers: [(name: "Content-Type", value: "application/x-www-form-urlencoded; charset=utf-8")],
            body: Array(form.utf8), isIdempotent: true)
    }

    private func perform(_ call: APICall, role: AssumedRole, source: String) async throws -> AWSCredentials {
        let response: APIResponse
        do {
            response = try await CredentialsClient(environment: environment).send(call) { response in
                Self.failure(in: response).map { Self.passingCodes.contains($0.code) } ?? false
            }
        } catch let error as CredentialsClient.Unreachable {
            throw CredentialsError(
                source: source, problem: "STS at \(url) can't be reached (\(error.reason))",
                remedy: "check the network, the proxy and the region", isTransient: true)
        }
        guard response.status == 200 else {
            throw Self.refusal(of: role, response: response, source: source)
        }
        let answer: Answer
        do {
            answer = try XMLDecoder().decode(Answer.self, from: Data(response.body))
        } catch {
            throw CredentialsError(
                source: source, problem: "STS at \(url) gave an answer that isn't one of its API",
                remedy: "check that the endpoint is AWS's STS")
        }
        guard let expiration = CredentialsDate.parse(answer.credentials.expiration) else {
            throw CredentialsError(
                source: source, problem: "STS at \(url) gave credentials with a malformed expiration",
                remedy: "check that the endpoint is AWS's STS")
        }
        return AWSCredentials(
            accessKeyID: answer.credentials.accessKeyID,
            secretAccessKey: RedactedString(answer.credentials.secretAccessKey),
            sessionToken: RedactedString(answer.credentials.sessionToken), expiration: expiration, source: source)
    }
}

// MARK: - Failures

extension SecurityTokenService {
    /// The failures that pass: the first of them is what STS says while it can't reach an identity provider.
    private static let passingCodes: Set<String> = [
        "IDPCommunicationError", "Throttling", "ThrottlingException", "RequestLimitExceeded",
    ]

    private static func failure(in response: APIResponse) -> Failure.Detail? {
        guard response.status != 200 else { return nil }
        return (try? XMLDecoder().decode(Failure.self, from: Data(response.body)))?.error
    }

    private static func refusal(of role: AssumedRole, response: APIResponse, source: String) -> CredentialsError {
        let failure = failure(in: response)
        let code = failure?.code ?? ""
        let said = failure.map { "\($0.code): \($0.message ?? "")" } ?? "status \(response.status)"
        let remedy =
            switch code {
            case "AccessDenied":
                "let the role's trust policy name this caller (and the external id, where it asks for one), and allow "
                    + "the caller the action that STS names"
            case "ExpiredTokenException", "ExpiredToken":
                "renew the credentials that assume the role, or check that the token file is being refreshed"
            case "InvalidIdentityToken", "IDPRejectedClaim":
                "check the cluster's OIDC provider in IAM and the audience (sts.amazonaws.com) of the token"
            case "RegionDisabledException":
                "activate STS for the region in the account's settings, or use another region"
            case "ValidationError":
                "check the role's ARN, its session name and the duration"
            default:
                "check the role's ARN and the credentials that assume it"
            }
        return CredentialsError(
            source: source, problem: "STS refused role \(role.arn): \(said)", remedy: remedy,
            isTransient: response.status >= 500 || response.status == 429 || passingCodes.contains(code))
    }

    private struct Failure: Decodable {
        struct Detail: Decodable {
            let code: String
            let message: String?

            enum CodingKeys: String, CodingKey {
                case code = "Code"
                case message = "Message"
            }
        }

        let error: Detail

        enum CodingKeys: String, CodingKey {
            case error = "Error"
        }
    }
}

// MARK: - Answers

extension SecurityTokenService {
    /// `AssumeRoleResponse` and `AssumeRoleWithWebIdentityResponse`: the credentials stand in the result of either.
    private struct Answer: Decodable {
        struct Credentials: Decodable {
            let accessKeyID: String
            let secretAccessKey: String
            let sessionToken: String
            let expiration: String

            enum CodingKeys: String, CodingKey {
                case accessKeyID = "AccessKeyId"
                case secretAccessKey = "SecretAccessKey"
                case sessionToken = "SessionToken"
                case expiration = "Expiration"
            }
        }

        private struct Result: Decodable {
            let credentials: Credentials

            enum CodingKeys: String, CodingKey {
                case credentials = "Credentials"
            }
        }

        let credentials: Credentials

        private enum Key: String, CodingKey {
            case assumed = "AssumeRoleResult"
            case assumedByWebIdentity = "AssumeRoleWithWebIdentityResult"
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            let key: Key = container.contains(.assumed) ? .assumed : .assumedByWebIdentity
            credentials = try container.decode(Result.self, forKey: key).credentials
        }
    }
}

/// A role, and how it is to be assumed.
package struct AssumedRole: Sendable, Hashable {
    package var arn: String
    /// What the role's owner asks of third parties; `AssumeRole` alone knows it.
    package var externalID: String?
    /// What CloudTrail names the session by; `headgate-` and the time where absent.
    package var sessionName: String?
    /// How long the credentials are good for, from 900 to 43200; STS's own choice where absent.
    package var durationSeconds: Int?

    package init(arn: String, externalID: String? = nil, sessionName: String? = nil, durationSeconds: Int? = nil) {
        self.arn = arn
        self.externalID = externalID
        self.sessionName = sessionName
        self.durationSeconds = durationSeconds
    }
}
