import ArgumentParser
import DataPlane
import Foundation
import IngressPlanning
import LoadBalancerModel
import Logging
import Observability

/// `headgate up`.
struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Serve the Ingresses of manifests on the load balancer of this process.",
        discussion: """
            Watches the manifests and serves every change in well under a second. What can't be read or honoured is \
            told once, and the last good state of it goes on being served.

              headgate up -f manifests
              headgate up -f manifests --http-address :80 --https-address :443
              curl -H 'Host: shop.example.com' http://127.0.0.1:8080/

            The state directory holds ingresses.json (the Ingresses with their status), diagnostics.json and \
            listeners.json. Logs go to standard error.

            SIGTERM or Ctrl-C stops gracefully: listeners close, and requests under way finish. A second one ends the \
            process at once.
            """
    )

    @OptionGroup(title: "Manifests")
    var manifests: ManifestArguments

    @OptionGroup(title: "Planning")
    var planning: PlanningArguments

    @OptionGroup(title: "Serving")
    var serving: ServingArguments

    @OptionGroup(title: "Logging")
    var logging: LoggingArguments

    func validate() throws {
        if manifests.filename.contains("-") {
            throw ValidationError("Standard input can't be watched: give headgate up a file or a directory with -f.")
        }
    }

    func run() async throws {
        let console = Console.standard
        let logger = LogBootstrap.logger(
            label: "headgate", format: logging.logFormat, level: logging.logLevel.level,
            colour: ColourChoice.auto.resolve(
                isTerminal: isatty(STDERR_FILENO) == 1, environment: console.environment))
        do {
            let options = try options(environment: console.environment)
            try await UpProcess(options: options, console: console, logger: logger).run()
        } catch {
            throw logging.logFormat == .json ? logger.failing(with: error) : error
        }
    }

    /// What the arguments ask for.
    func options(environment: [String: String]) throws -> UpOptions {
        var planning = planning.options(now: Date())
        planning.servesHTTPS = serving.listeners.contains { $0.protocol == .https }
        return UpOptions(
            manifests: manifests.filename,
            listeners: serving.listeners,
            managementAddress: serving.addresses(.management)[0],
            defaultedFlags: serving.defaultedFlags,
            publishAddress: serving.publishAddress?.text,
            stateDirectory: serving.stateDir ?? StateDirectory.defaultPath(environment: environment),
            planning: planning,
            workers: serving.workers ?? ProcessInfo.processInfo.activeProcessorCount,
            accessLog: logging.accessLog.destination,
            logFormat: logging.logFormat,
            trustedProxies: serving.trustedProxies,
            gracePeriod: serving.gracePeriod.value)
    }
}
