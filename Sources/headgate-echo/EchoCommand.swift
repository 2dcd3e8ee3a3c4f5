import ArgumentParser
import Foundation
import Hummingbird
import KubernetesModel
import Logging
import ManifestSource
import ServiceLifecycle
import UnixSignals

/// Stands in for the backends of a set of manifests: it listens on every loopback address that an EndpointSlice names, and
/// answers each request with what reached it.
@main
struct EchoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "headgate-echo",
        abstract: "Stand in for the backends of manifests, and answer requests with what reached them.",
        discussion: """
            Listens on every loopback address and port that an EndpointSlice of the manifests names. Endpoints elsewhere \
            are left alone.
            """)

    @Option(name: .shortAndLong, help: "A file or directory of manifests.")
    var filename: String

    func run() async throws {
        let endpoints = EchoEndpoint.all(in: ManifestDirectory(filename).load().objects)
        guard !endpoints.isEmpty else {
            throw ValidationError("\(filename) has no EndpointSlice with a loopback address")
        }
        var logger = Logger(label: "headgate-echo")
        logger.logLevel = .error
        let progress = StartProgress(expected: endpoints.count)
        let applications = endpoints.map { EchoServer.application($0, progress: progress, logger: logger) }
        try await ServiceGroup(
            services: applications, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger
        ).run()
    }
}
