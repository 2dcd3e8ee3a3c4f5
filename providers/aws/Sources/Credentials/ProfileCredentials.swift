/// Credentials of the profile in use, by whatever way the shared files give it.
///
/// A profile has, in this order: a role to assume, a sign-in with IAM Identity Center, keys, a `credential_process`.
/// See "Assume role credential provider" in the AWS SDKs and Tools Reference Guide for how roles build on one another.
package struct ProfileCredentials: AWSCredentialsSource {
    package var name: String { "profile \(configuration.profileName.debugDescription)" }
    private let configuration: AWSConfiguration
    private let endpoints: AWSEndpoints

    /// - Parameters:
    ///   - configuration: The shared files, and which profile of them is in use.
    ///   - endpoints: Where roles are assumed and tokens exchanged.
    package init(configuration: AWSConfiguration, endpoints: AWSEndpoints) {
        self.configuration = configuration
        self.endpoints = endpoints
    }

    package func find() async throws -> CredentialsFinding {
        let files = configuration.files.paths.joined(separator: " and ")
        if let missing = configuration.missingProfile { throw missing }
        guard configuration.profile != nil else { return .absent("no default profile in \(files)") }
        guard let found = try await credentials(ofProfile: configuration.profileName, via: []) else {
            return .absent("profile \(configuration.profileName.debugDescription) in \(files) has no credentials")
        }
        return .found(found)
    }

    /// The credentials of a profile, or nil where it has none.
    ///
    /// - Parameter path: The profiles that led here, each as the `source_profile` of the one before.
    private func credentials(ofProfile profileName: String, via path: [String]) async throws -> AWSCredentials? {
        let label = "profile \(profileName.debugDescription)"
        guard let profile = configuration.files.profiles[profileName] else {
            throw CredentialsError(
                source: label, problem: "there is no such profile, and another names it as its source_profile",
                remedy: "correct source_profile in profile \((path.last ?? "").debugDescription)")
        }
        // The keys of a profile that others build on are meant for that; its own role is for those who use it.
        if !path.isEmpty, let keys = try staticKeys(of: profile, label: label) { return keys }
        if profile["role_arn"] != nil || profile["web_identity_token_file"] != nil {
            return try await roleCredentials(of: profile, via: path, label: label)
        }
        if let signIn = try signIn(of: profile, label: label) {
            let source = "\(label) (SSO \(signIn.session.map { "session \($0)" } ?? signIn.startURL))"
            return try await SSOCredentials(
                signIn: signIn, environment: configuration.environment, endpoints: endpoints.inRegion(signIn.region),
                name: source
            ).fetch()
        }
        if let keys = try staticKeys(of: profile, label: label) { return keys }
        if let commandLine = profile["credential_process"] {
            return try await CredentialProcess(
                commandLine: commandLine, environment: configuration.environment,
                name: "\(label) (credential_process)"
            ).fetch()
        }
        return nil
    }

    private func staticKeys(of profile: AWSProfile, label: String) throws(CredentialsError) -> AWSCredentials? {
        switch (profile["aws_access_key_id"], profile["aws_secret_access_key"]) {
        case (nil, nil):
            return nil
        case (.some(let id), .some(let secret)):
            return AWSCredentials(
                accessKeyID: id, secretAccessKey: RedactedString(secret),
                sessionToken: profile["aws_session_token"].map(RedactedString.init), source: label)
        case (.some, nil), (nil, .some):
            let missing =
                profile["aws_access_key_id"] == nil ? "aws_access_key_id" : "aws_secret_access_key"
            throw CredentialsError(
                source: label, problem: "\(missing) is missing while its other half is there",
                remedy: "add it, or remove the other")
        }
    }
}

// MARK: - Roles

extension ProfileCredentials {
    private func roleCredentials(
        of profile: AWSProfile, via path: [String], label: String
    ) async throws -> AWSCredentials? {
        let role = try role(of: profile, label: label)
        let source = "\(label) (role \(role.arn))"
        if let tokenFile = profile["web_identity_token_file"] {
            return try await WebIdentityCredentials(
                environment: configuration.environment, endpoints: endpoints, tokenFile: tokenFile, role: role,
                name: source
            ).credentials()
        }
        if let device = profile["mfa_serial"] {
            throw CredentialsError(
                source: label,
                problem: "its role asks for a code of the MFA device \(device), which can't be asked for",
                remedy: "get temporary credentials with the code (aws sts assume-role --token-code …) and pass them by "
                    + "environment variables, or use a credential_process that asks for it")
        }
        let base: AWSCredentials
        switch (profile["source_profile"], profile["credential_source"]) {
        case (.some(let name), nil):
            base = try await sourceCredentials(profile: name, of: profile, via: path, label: label)
        case (nil, .some(let name)):
            base = try await sourceCredentials(named: name, label: label)
        case (.some, .some):
            throw CredentialsError(
                source: label, problem: "it has both source_profile and credential_source", remedy: "remove one of them"
            )
        case (nil, nil):
            throw CredentialsError(
                source: label, problem: "it has role_arn, and neither source_profile nor credential_source",
                remedy: "add the one that may assume the role")
        }
        return try await SecurityTokenService(environment: configuration.environment, endpoints: endpoints)
            .assumeRole(role, with: base, source: source)
    }

    private func role(of profile: AWSProfile, label: String) throws(CredentialsError) -> AssumedRole {
        guard let arn = profile["role_arn"] else {
            throw CredentialsError(
                source: label, problem: "it has web_identity_token_file and no role_arn", remedy: "add role_arn")
        }
        var role = AssumedRole(
            arn: arn, externalID: profile["external_id"], sessionName: profile["role_session_name"])
        if let text = profile["duration_seconds"] {
            guard let seconds = Int(text), (900...43200).contains(seconds) else {
                throw CredentialsError(
                    source: label, problem: "duration_seconds is \(text.debugDescription)",
                    remedy: "give a whole number from 900 to 43200")
            }
            role.durationSeconds = seconds
        }
        return role
    }

    private func sourceCredentials(
        profile source: String, of profile: AWSProfile, via path: [String], label: String
    ) async throws -> AWSCredentials {
        let found: AWSCredentials?
        if source == profile.name {
            // A profile may build on its own keys.
            found = try staticKeys(of: profile, label: label)
        } else {
            let path = path + [profile.name]
            guard !path.contains(source) else {
                let circle = (path + [source]).joined(separator: " → ")
                throw CredentialsError(
                    source: label, problem: "its source_profile leads back to itself: \(circle)",
                    remedy: "let the last of them have credentials of its own")
            }
            found = try await credentials(ofProfile: source, via: path)
        }
        guard let found else {
            throw CredentialsError(
                source: label, problem: "its source_profile \(source.debugDescription) has no credentials",
                remedy: "add them, or name another profile")
        }
        return found
    }

    private func sourceCredentials(named name: String, label: String) async throws -> AWSCredentials {
        let source: any AWSCredentialsSource
        switch name {
        case "Environment": source = EnvironmentCredentials(environment: configuration.environment)
        case "EcsContainer": source = ContainerCredentials(environment: configuration.environment)
        case "Ec2InstanceMetadata": source = InstanceMetadata(configuration: configuration)
        default:
            throw CredentialsError(
                source: label, problem: "credential_source is \(name.debugDescription)",
                remedy: "give Environment, EcsContainer or Ec2InstanceMetadata")
        }
        switch try await source.find() {
        case .found(let credentials): return credentials
        case .absent(let reason):
            throw CredentialsError(
                source: label, problem: "its credential_source \(name) gives none: \(reason)",
                remedy: "run where it does, or name another source")
        }
    }
}

// MARK: - IAM Identity Center

extension ProfileCredentials {
    private func signIn(of profile: AWSProfile, label: String) throws(CredentialsError) -> SSOCredentials.SignIn? {
        guard profile["sso_session"] != nil || profile["sso_account_id"] != nil || profile["sso_start_url"] != nil
        else { return nil }
        var settings = profile.properties
        let session = profile["sso_session"]
        if let session {
            guard let section = configuration.files.ssoSessions[session] else {
                throw CredentialsError(
                    source: label, problem: "there is no section [sso-session \(session)]",
                    remedy: "add it with: aws configure sso-session")
            }
            for property in ["sso_start_url", "sso_region"] {
                if let own = settings[property], let shared = section[property], own != shared {
                    throw CredentialsError(
                        source: label, problem: "\(property) differs from the one of [sso-session \(session)]",
                        remedy: "remove it from the profile")
                }
                settings[property] = section[property]
            }
        }
        func required(_ property: String) throws(CredentialsError) -> String {
            guard let value = settings[property], !value.isEmpty else {
                let place = session != nil && ["sso_start_url", "sso_region"].contains(property)
                throw CredentialsError(
                    source: label,
                    problem: "\(property) is missing" + (place ? " in [sso-session \(session ?? "")]" : ""),
                    remedy: "add it, or set the profile up anew with: aws configure sso")
            }
            return value
        }
        let regionName = try required("sso_region")
        let region: AWSRegion
        do throws(RegionError) {
            region = try AWSRegion(regionName, from: "sso_region")
        } catch {
            throw CredentialsError(source: label, problem: "\(error)", remedy: "correct sso_region")
        }
        return SSOCredentials.SignIn(
            session: session, startURL: try required("sso_start_url"), region: region,
            accountID: try required("sso_account_id"), roleName: try required("sso_role_name"), profile: profile.name)
    }
}
