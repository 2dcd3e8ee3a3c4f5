/// Credentials in `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
package struct EnvironmentCredentials: AWSCredentialsSource {
    package let name = "environment variables"
    private let environment: AWSSurroundings

    package init(environment: AWSSurroundings) {
        self.environment = environment
    }

    package func find() async throws -> CredentialsFinding {
        let id = environment.variable("AWS_ACCESS_KEY_ID")
        let secret = environment.variable("AWS_SECRET_ACCESS_KEY")
        switch (id, secret) {
        case (nil, nil):
            return .absent("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set")
        case (.some, nil), (nil, .some):
            let missing = id == nil ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY"
            throw CredentialsError(
                source: name, problem: "\(missing) is not set while its other half is",
                remedy: "set both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or neither")
        case (.some(let id), .some(let secret)):
            return .found(
                AWSCredentials(
                    accessKeyID: id, secretAccessKey: RedactedString(secret),
                    sessionToken: environment.variable("AWS_SESSION_TOKEN").map(RedactedString.init), source: name))
        }
    }
}
