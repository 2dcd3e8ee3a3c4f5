/// Credentials of a role that a token in a file may assume: IAM roles for service accounts (IRSA) on EKS, and any other
/// OIDC provider.
package struct WebIdentityCredentials: AWSCredentialsSource {
    package let name: String
    private let environment: AWSSurroundings
    private let endpoints: AWSEndpoints
    private let settings: Settings

    private enum Settings {
        case variables
        case given(tokenFile: String, role: AssumedRole)
    }

    /// Reads `AWS_WEB_IDENTITY_TOKEN_FILE`, `AWS_ROLE_ARN` and `AWS_ROLE_SESSION_NAME`.
    package init(environment: AWSSurroundings, endpoints: AWSEndpoints) {
        name = "web identity"
        self.environment = environment
        self.endpoints = endpoints
        settings = .variables
    }

    /// A profile's `web_identity_token_file` and `role_arn`.
    init(
        environment: AWSSurroundings, endpoints: AWSEndpoints, tokenFile: String, role: AssumedRole, name: String
    ) {
        self.name = name
        self.environment = environment
        self.endpoints = endpoints
        settings = .given(tokenFile: tokenFile, role: role)
    }

    package func find() async throws -> CredentialsFinding {
        switch settings {
        case .given(let tokenFile, let role):
            return .found(try await assume(role, tokenFile: tokenFile))
        case .variables:
            let tokenFile = environment.variable("AWS_WEB_IDENTITY_TOKEN_FILE")
            let arn = environment.variable("AWS_ROLE_ARN")
            guard let tokenFile else { return .absent("AWS_WEB_IDENTITY_TOKEN_FILE is not set") }
            guard let arn else {
                throw CredentialsError(
                    source: name, problem: "AWS_WEB_IDENTITY_TOKEN_FILE is set and AWS_ROLE_ARN is not",
                    remedy: "set AWS_ROLE_ARN, or annotate the service account with eks.amazonaws.com/role-arn")
            }
            let role = AssumedRole(arn: arn, sessionName: environment.variable("AWS_ROLE_SESSION_NAME"))
            return .found(try await assume(role, tokenFile: tokenFile))
        }
    }

    private func assume(_ role: AssumedRole, tokenFile: String) async throws -> AWSCredentials {
        let token = try SecretFile.read(
            environment.expanded(tokenFile), environment: environment, source: name,
            remedy: "check that the service account's token is projected into the pod at that path")
        return try await SecurityTokenService(environment: environment, endpoints: endpoints)
            .assumeRole(role, webIdentityToken: token, source: name)
    }
}

/// A file that holds one secret line.
enum SecretFile {
    /// The secret without white space around it.
    ///
    /// - Throws: ``CredentialsError`` where there is no such file, or nothing in it that can be sent.
    static func read(
        _ path: String, environment: AWSSurroundings, source: String, remedy: String
    ) throws(CredentialsError) -> RedactedString {
        let content: [UInt8]?
        do {
            content = try environment.readFile(path)
        } catch {
            throw CredentialsError(source: source, problem: "the file \(path) can't be read", remedy: remedy)
        }
        guard let content else {
            throw CredentialsError(source: source, problem: "there is no file \(path)", remedy: remedy)
        }
        guard let text = String(validating: content, as: UTF8.self) else {
            throw CredentialsError(source: source, problem: "the file \(path) isn't UTF-8", remedy: remedy)
        }
        let lines = text.split(whereSeparator: \.isNewline)
        guard lines.count == 1, !lines[0].allSatisfy(\.isWhitespace) else {
            throw CredentialsError(
                source: source, problem: "the file \(path) should hold one line and has \(lines.count)", remedy: remedy)
        }
        return RedactedString(lines[0].split(whereSeparator: \.isWhitespace).joined(separator: " "))
    }
}
