internal import Foundation
internal import ProviderHTTP
package import Provisioning

extension AWSProvider {
    /// Makes the provider as a command asks for it: region, endpoints and credentials as AWS's own tools find them.
    ///
    /// - Throws: ``ProviderUnavailable`` that names what is missing or wrong, and the remedy.
    package static func make(_ configuration: ProviderConfiguration) async throws -> any LoadBalancerProvider {
        // The endpoints of a container or an instance answer at once, or aren't there.
        let local = HTTPConnections(configuration: ConnectionConfiguration(connectTimeLimit: .seconds(2)))
        var general: HTTPConnections?
        do {
            let settings = try AWSSettings(configuration.settings)
            let profile = configuration.profile ?? settings.profile
            let found = try AWSConfiguration(
                environment: surroundings(configuration, general: local, local: local), profile: profile)
            let connections = HTTPConnections(configuration: try connectionConfiguration(found))
            general = connections
            let transcript = try configuration.traceFile.map { path in try FileTranscript(path: path) }
            var environment = surroundings(configuration, general: connections, local: local)
            environment.transcript = transcript
            let session = try await AWSSession(
                options: AWSSessionOptions(
                    region: configuration.region ?? settings.region, profile: profile,
                    endpointURL: configuration.endpointURL, role: settings.roleARN.map { AssumedRole(arn: $0) }),
                environment: environment)
            let transport = TransportConfiguration(
                retry: try found.retryPolicy(), rateLimits: AWSRateLimits.standard, transcript: transcript)
            // Better now, with what was looked for, than with the first call.
            _ = try await session.credentials.current()
            let client = AWSClient(
                transport: APITransport(
                    configuration: transport, signer: session.signer, errors: AWSErrorDecoder(),
                    connections: connections),
                endpoints: session.endpoints)
            return AWSProvider(
                client: client, region: session.region, time: transport.time, connections: [connections, local])
        } catch {
            await general?.shutdown()
            await local.shutdown()
            throw unavailable(error)
        }
    }

    private static func surroundings(
        _ configuration: ProviderConfiguration, general: HTTPConnections, local: HTTPConnections
    ) -> AWSSurroundings {
        var surroundings = AWSSurroundings.current(connections: general, localConnections: local)
        surroundings.variables = configuration.environment
        surroundings.homeDirectory = configuration.environment["HOME"] ?? surroundings.homeDirectory
        return surroundings
    }

    /// - Throws: ``UnusableAuthorities``, ``ProxySettings/InvalidVariable``.
    private static func connectionConfiguration(_ found: AWSConfiguration) throws -> ConnectionConfiguration {
        let proxies = try ProxySettings(environment: found.environment.variables)
        let trust = try found.authorities.map { authorities in
            do throws(TrustedCertificates.InvalidBundle) {
                return try TrustedCertificates(file: authorities.path)
            } catch {
                throw UnusableAuthorities(origin: authorities.origin, bundle: error)
            }
        }
        return ConnectionConfiguration(proxies: proxies, trust: trust)
    }

    private static func unavailable(_ error: any Error) -> any Error {
        switch error {
        case let error as CredentialsError:
            ProviderUnavailable(
                "AWS credentials from \(error.source): \(error.problem)", remedy: error.remedy.asSentence)
        case let error as RegionError:
            ProviderUnavailable(
                error.description, remedy: "Give the region with --region, or set AWS_REGION or the profile's region.")
        case let error as AWSConfiguration.SettingError:
            ProviderUnavailable(error.description, remedy: error.remedy.asSentence)
        case let error as EndpointError:
            ProviderUnavailable(
                error.description, remedy: "Correct \(error.origin), or leave it out for AWS's own endpoints.")
        case let error as ConfigurationFileError:
            ProviderUnavailable(
                error.description,
                remedy: "Correct the file, or name others with AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE.")
        case let error as UnusableAuthorities:
            ProviderUnavailable(
                error.bundle.description,
                remedy: "Correct \(error.origin), or leave it out to trust the system's authorities.")
        case let error as ProxySettings.InvalidVariable:
            ProviderUnavailable(error.description, remedy: "Correct the variable, or leave it out to use no proxy.")
        case let error as FileTranscript.FileError:
            ProviderUnavailable(error.description, remedy: "Name a file that can be written with --trace-api.")
        default: error
        }
    }
}

/// A file of certificate authorities that can't be used, and what names it.
private struct UnusableAuthorities: Error {
    let origin: String
    let bundle: TrustedCertificates.InvalidBundle
}

extension String {
    /// The text as a sentence begins.
    fileprivate var asSentence: String { prefix(1).uppercased() + dropFirst() }
}
