import Foundation

/// What the command line says of the account and the region to work in.
package struct AWSSessionOptions: Sendable {
    /// `--region`.
    package var region: String?
    /// `--profile`.
    package var profile: String?
    /// `--endpoint-url`: stands in for every service's endpoint.
    package var endpointURL: String?
    /// A role to assume with the credentials that are found.
    package var role: AssumedRole?

    package init(
        region: String? = nil, profile: String? = nil, endpointURL: String? = nil, role: AssumedRole? = nil
    ) {
        self.region = region
        self.profile = profile
        self.endpointURL = endpointURL
        self.role = role
    }
}

/// The region, endpoints and credentials that a provider works with.
package struct AWSSession: Sendable {
    package let region: AWSRegion
    package let endpoints: AWSEndpoints
    package let credentials: CachedCredentials
    package let signer: AWSSigner

    /// Finds out where and as whom to work. Credentials are looked for when the first call is signed.
    ///
    /// - Throws: ``ConfigurationFileError``, ``RegionError``, ``EndpointError``, or ``CredentialsError`` for a profile that
    ///   was asked for and isn't there; each names what is at fault and the remedy.
    package init(options: AWSSessionOptions, environment: AWSSurroundings) async throws {
        let configuration = try AWSConfiguration(environment: environment, profile: options.profile)
        // Not only where its keys are needed: with keys in the environment, it is another account than the one meant.
        if let missing = configuration.missingProfile { throw missing }
        region = try await AWSRegion.resolve(flag: options.region, configuration: configuration)
        endpoints = try AWSEndpoints(
            region: region, endpointURL: options.endpointURL, configuration: configuration)
        var source: any AWSCredentialsSource = CredentialsChain.standard(
            configuration: configuration, endpoints: endpoints, isProfileFlagGiven: options.profile != nil)
        if let role = options.role {
            source = AssumedRoleCredentials(role, base: source, environment: environment, endpoints: endpoints)
        }
        credentials = CachedCredentials(source, now: environment.now)
        signer = AWSSigner(credentials: credentials, endpoints: endpoints)
    }
}

extension AWSRegion {
    /// The region to work in: the flag's, `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile's, the instance's.
    ///
    /// - Throws: ``RegionError`` where the first of these that is given isn't a region, or none is given.
    package static func resolve(flag: String?, configuration: AWSConfiguration) async throws -> AWSRegion {
        if let flag { return try AWSRegion(flag, from: "--region") }
        for variable in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
            if let name = configuration.variable(variable) { return try AWSRegion(name, from: variable) }
        }
        let profile = "profile \(configuration.profileName.debugDescription)"
        if let name = configuration.profile?["region"] { return try AWSRegion(name, from: "\(profile), region") }
        let metadata = InstanceMetadata(configuration: configuration)
        if let name = try await metadata.region() { return try AWSRegion(name, from: metadata.name) }
        throw RegionError.missing(tried: ["AWS_REGION", "AWS_DEFAULT_REGION", profile, metadata.name])
    }
}
