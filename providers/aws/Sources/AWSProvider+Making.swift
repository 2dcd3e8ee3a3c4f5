internal import Foundation
internal import ProviderHTTP
package import Provisioning

extension AWSProvider {
    /// Makes the provider as a command asks for it: region, endpoints and credentials as AWS's own tools find them.
    ///
    /// - Throws: ``ProviderUnavailable`` that names what is missing or wrong, and the remedy.
    package static func make(_ configuration: ProviderConfiguration) async throws -> any LoadBalancerProvider {
        let connections: AWSConnections
        let transcript: FileTranscript?
        do {
            connections = try AWSConnections(environment: configuration.environment)
        } catch {
            throw unavailable(error)
        }
        do {
            transcript = try configuration.traceFile.map { path in try FileTranscript(path: path) }
            return try await make(
                configuration, connections: connections,
                transport: TransportConfiguration(rateLimits: AWSRateLimits.standard, transcript: transcript))
        } catch {
            await connections.shutdown()
            throw unavailable(error)
        }
    }

    private static func make(
        _ configuration: ProviderConfiguration, connections: AWSConnections, transport: TransportConfiguration
    ) async throws -> AWSProvider {
        var surroundings = AWSSurroundings.current(
            connections: connections.general, localConnections: connections.local)
        surroundings.variables = configuration.environment
        surroundings.homeDirectory = configuration.environment["HOME"] ?? surroundings.homeDirectory
        let settings = try AWSSettings(configuration.settings)
        let session = try await AWSSession(
            options: AWSSessionOptions(
                region: configuration.region ?? settings.region,
                profile: settings.profile,
                endpointURL: configuration.endpointURL,
                role: settings.roleARN.map { AssumedRole(arn: $0) }),
            environment: surroundings)
        // Better now, with what was looked for, than with the first call.
        _ = try await session.credentials.current()
        let client = AWSClient(
            transport: APITransport(
                configuration: transport, signer: session.signer, errors: AWSErrorDecoder(),
                connections: connections.general),
            endpoints: session.endpoints)
        return AWSProvider(
            client: client, region: session.region, time: transport.time,
            connections: [connections.general, connections.local])
    }

    private static func unavailable(_ error: any Error) -> any Error {
        switch error {
        case let error as CredentialsError:
            ProviderUnavailable("AWS credentials from \(error.source): \(error.problem)", remedy: error.remedy)
        case let error as RegionError:
            ProviderUnavailable(
                error.description, remedy: "Give the region with --region, or set AWS_REGION or the profile's region.")
        case let error as EndpointError:
            ProviderUnavailable(
                error.description, remedy: "Correct \(error.origin), or leave it out for AWS's own endpoints.")
        case let error as ConfigurationFileError:
            ProviderUnavailable(
                error.description,
                remedy: "Correct the file, or name others with AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE.")
        case let error as TrustedCertificates.InvalidBundle:
            ProviderUnavailable(
                error.description, remedy: "Correct AWS_CA_BUNDLE, or leave it out to trust the system's authorities.")
        case let error as ProxySettings.InvalidVariable:
            ProviderUnavailable(error.description, remedy: "Correct the variable, or leave it out to use no proxy.")
        case let error as FileTranscript.FileError:
            ProviderUnavailable(error.description, remedy: "Name a file that can be written with --trace-api.")
        default: error
        }
    }
}

/// The connections of the provider: those that may go through a proxy, and those to this machine's own endpoints.
private struct AWSConnections {
    let general: HTTPConnections
    let local: HTTPConnections

    /// - Throws: ``TrustedCertificates/InvalidBundle``, ``ProxySettings/InvalidVariable``.
    init(environment: [String: String]) throws {
        let proxies = try ProxySettings(environment: environment)
        let bundle = environment["AWS_CA_BUNDLE"].flatMap { $0.isEmpty ? nil : $0 }
        let trust = try bundle.map { path in try TrustedCertificates(file: path) }
        general = HTTPConnections(configuration: ConnectionConfiguration(proxies: proxies, trust: trust))
        // The endpoints of a container or an instance answer at once, or aren't there.
        local = HTTPConnections(configuration: ConnectionConfiguration(connectTimeLimit: .seconds(2)))
    }

    func shutdown() async {
        await general.shutdown()
        await local.shutdown()
    }
}
