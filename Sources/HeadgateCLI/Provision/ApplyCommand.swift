import ArgumentParser
import Foundation
import LoadBalancerModel
import ManifestSource
import Provisioning

/// `headgate apply`.
struct ApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Create and change load balancers until they are what manifests ask for.",
        discussion: """
            What would change is shown first. What takes something away, a deletion or a replacement, is asked about; \
            where nobody can be asked, it needs --yes.

              headgate apply -f manifests --provider aws --region eu-central-1
              headgate plan -f manifests --provider aws --out saved.plan && headgate apply saved.plan

            A saved plan is carried out exactly, or not at all: where the world has moved since, apply refuses and says \
            what has moved. Of the flags that say where, only --profile may be another one than the plan was made with. \
            Ctrl-C finishes the steps in hand; what is left is done by the next run.

            Exit status: 0 when all is done, 1 when something failed or is left, 64 for wrong usage. With \
            --detailed-exitcode: 0 when there was nothing to do, 2 when changes were made.
            """
    )

    @Argument(help: "A plan that headgate plan --out saved.", completion: .file())
    var file: String?

    @Option(
        name: [.customShort("f"), .customLong("filename")],
        parsing: .singleValue,
        help: ArgumentHelp("A manifest file, a directory of manifests, or - for standard input.", valueName: "path"),
        completion: .file(extensions: ["yaml", "yml", "json"]))
    var filename: [String] = []

    @OptionGroup(title: "Provider")
    var provider: ProviderArguments

    @OptionGroup(title: "Planning")
    var planning: PlanningArguments

    @Option(help: "Which kinds of change are made.")
    var policy: ChangePolicy?

    @Flag(help: "Don't ask before something is taken away.")
    var yes = false

    @Option(name: .shortAndLong, help: "The form of the output.")
    var output: OutputFormat = .text

    @Flag(help: "Exit with 0 for nothing to do, 1 for errors, 2 for changes.")
    var detailedExitcode = false

    @Option(help: "When text is coloured; NO_COLOR is heeded.")
    var color: ColourChoice = .auto

    func validate() throws {
        guard (file == nil) != filename.isEmpty else {
            throw ValidationError("Give either a saved plan or manifests with -f, one of the two.")
        }
        if file != nil, !planning.isEmpty {
            throw ValidationError(
                "A saved plan is carried out as it was planned: --ingress-class, --watch-ingress-without-class, "
                    + "--default-backend and --cluster-name are given to headgate plan.")
        }
        if file != nil, provider.provider != nil || !provider.settings.isEmpty || policy != nil {
            throw ValidationError(
                "A saved plan is carried out as it is: --provider, --set and --policy can't change it.")
        }
    }

    func run() async throws {
        let status = try await run(on: .standard, registry: .standard)
        if status != 0 { throw ExitCode(status) }
    }

    /// Applies.
    ///
    /// - Returns: the exit status.
    /// - Throws: ``CommandFailure`` where nothing was done.
    func run(on console: Console, registry: ProviderRegistry) async throws -> Int32 {
        let report = CommandReport(Self.configuration.commandName ?? "", on: console, as: output)
        let application = ProposalApplication(
            report: report,
            style: TextStyle(
                isEnabled: color.resolve(isTerminal: console.isTerminal, environment: console.environment)),
            isConfirmed: yes)
        do {
            if let file {
                return try await run(
                    SavedProposal.read(file), from: file, application: application, registry: registry)
            }
            let input = try ProvisioningInput.load(
                filename, planning: planning, provider: provider, registry: registry, console: console)
            return try await run(input, application: application, registry: registry)
        } catch {
            throw try report.ending(with: error)
        }
    }

    private func run(
        _ input: ProvisioningInput, application: ProposalApplication, registry: ProviderRegistry
    ) async throws -> Int32 {
        let console = application.console
        let proposer = Proposer(
            registry: registry, configuration: provider.configuration(environment: console.environment),
            policy: policy ?? .sync, givenSettings: Set(provider.givenSettings.keys))
        var isTold = false
        do {
            try input.requireCloud(registry)
            let status = try await proposer.proposing(input.request) { proposals in
                let input = input.refusing(proposals.refused)
                isTold = true
                application.show(input.diagnostics)
                if let note = input.identityNote { console.error(note) }
                return try await application.apply(
                    proposals, findings: input.diagnostics, assets: input.assets, isComplete: input.isComplete)
            }
            return exitStatus(status)
        } catch {
            if !isTold { application.show(input.diagnostics) }
            throw error
        }
    }

    private func run(
        _ saved: SavedProposal, from file: String, application: ProposalApplication, registry: ProviderRegistry
    ) async throws -> Int32 {
        let configuration = try saved.configuration(
            provider.configuration(environment: application.console.environment), file: file)
        let assets = try application.assets(for: saved)
        let proposer = Proposer(registry: registry, configuration: configuration, policy: saved.policy)
        let status = try await proposer.proposing(saved.request) { proposals in
            guard proposals.failed.isEmpty else {
                application.show(proposals)
                throw application.refusal(of: proposals, file: file)
            }
            let moved = saved.differences(from: proposals.document())
            guard moved.isEmpty else {
                application.show(proposals)
                throw CommandFailure(
                    "the world has moved since the plan was saved, so nothing was changed:\n"
                        + moved.map { "  \($0)" }.joined(separator: "\n"),
                    remedy: "Plan again with headgate plan … --out, and apply that.", about: .file(file),
                    reason: "StalePlan")
            }
            return try await application.apply(proposals, assets: assets, isComplete: saved.isComplete)
        }
        return exitStatus(status)
    }

    private func exitStatus(_ outcome: ProposalApplication.Outcome) -> Int32 {
        switch outcome {
        case .nothingToDo: 0
        case .done: detailedExitcode ? 2 : 0
        case .incomplete: 1
        }
    }
}

extension ChangePolicy: ExpressibleByArgument {}
