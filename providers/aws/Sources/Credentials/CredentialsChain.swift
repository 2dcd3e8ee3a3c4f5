/// Sources of credentials in the order in which they are tried: the first that is configured is the one that counts.
package struct CredentialsChain: AWSCredentialsSource {
    package let name = "default chain"
    private let sources: [any AWSCredentialsSource]

    package init(_ sources: [any AWSCredentialsSource]) {
        self.sources = sources
    }

    /// The chain of AWS's own tools: environment variables, the profile in use, web identity, the container's
    /// endpoint, the instance's metadata.
    ///
    /// - Parameters:
    ///   - configuration: The settings in force.
    ///   - endpoints: Where roles are assumed and tokens exchanged.
    ///   - isProfileFlagGiven: Whether `--profile` names the profile; the keys in environment variables then don't
    ///     count, as in AWS's tools.
    package static func standard(
        configuration: AWSConfiguration, endpoints: AWSEndpoints, isProfileFlagGiven: Bool = false
    ) -> CredentialsChain {
        let environment = configuration.environment
        var sources: [any AWSCredentialsSource] = [
            ProfileCredentials(configuration: configuration, endpoints: endpoints),
            WebIdentityCredentials(environment: environment, endpoints: endpoints),
            ContainerCredentials(environment: environment),
            InstanceMetadata(configuration: configuration),
        ]
        if !isProfileFlagGiven {
            sources.insert(EnvironmentCredentials(environment: environment), at: 0)
        }
        return CredentialsChain(sources)
    }

    /// - Throws: ``CredentialsError`` where the first source that is configured gives none, or where none is: it then
    ///   lists what was tried.
    package func find() async throws -> CredentialsFinding {
        var tried: [String] = []
        for source in sources {
            switch try await source.find() {
            case .found(let credentials): return .found(credentials)
            case .absent(let reason): tried.append("\(source.name): \(reason)")
            }
        }
        throw CredentialsError(
            source: "the default chain", problem: "none are configured (\(tried.joined(separator: "; ")))",
            remedy: "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a profile (AWS_PROFILE), or run with a role "
                + "of the pod, task or instance")
    }
}

/// The credentials of a role that those of another source may assume.
package struct AssumedRoleCredentials: AWSCredentialsSource {
    package var name: String { "role \(role.arn)" }
    private let role: AssumedRole
    private let base: any AWSCredentialsSource
    private let environment: AWSSurroundings
    private let endpoints: AWSEndpoints

    /// - Parameters:
    ///   - role: The role to assume.
    ///   - base: Whose credentials may assume it.
    ///   - environment: What the calls go through.
    ///   - endpoints: Where the role is assumed.
    package init(
        _ role: AssumedRole, base: any AWSCredentialsSource, environment: AWSSurroundings,
        endpoints: AWSEndpoints
    ) {
        self.role = role
        self.base = base
        self.environment = environment
        self.endpoints = endpoints
    }

    package func find() async throws -> CredentialsFinding {
        switch try await base.find() {
        case .absent(let reason): return .absent(reason)
        case .found(let credentials):
            return .found(
                try await SecurityTokenService(environment: environment, endpoints: endpoints)
                    .assumeRole(role, with: credentials, source: name))
        }
    }
}
