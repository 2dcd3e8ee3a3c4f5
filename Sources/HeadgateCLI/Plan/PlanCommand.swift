import ArgumentParser
import IngressPlanning
import Provisioning

/// `headgate plan`.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show the load balancers that manifests ask for, and what is wrong with them.",
        discussion: """
            Nothing is changed. Where the parameters of a class name a cloud's provider, or --provider does for the \
            classes that name none, its API is asked what exists, and the plan shows what would be created, updated, \
            replaced and deleted there, and how faithfully. Where nothing names one, and with --offline, nothing is \
            contacted. Certificates are shown by fingerprint; no key ever appears.

              headgate plan -f manifests
              headgate plan -f manifests --output json > saved.json
              headgate plan -f manifests --against saved.json --detailed-exitcode
              headgate plan -f manifests --provider aws --region eu-central-1 --out saved.plan
              kubectl get ingress,ingressclass,svc,endpointslices,secrets -A -o yaml \\
                | headgate plan -f -

            Exit status: 0 when the plan was made, also where it has errors that the cluster would have as well (a \
            Service that is missing, say: its route answers with an error, and the plan tells why) and where it leaves \
            Ingresses out, with which headgate apply ends with 1; 1 when a file \
            can't be read, or a document or the parameters of a class were refused, or a provider can't carry out a \
            load balancer, after the plan of the rest was shown; 64 for wrong usage. With \
            --detailed-exitcode: 0 for nothing to do, 1 as before, 2 for changes. Without --against every load \
            balancer is a change.
            """
    )

    @OptionGroup(title: "Manifests")
    var manifests: ManifestArguments

    @OptionGroup(title: "Planning")
    var planning: PlanningArguments

    @OptionGroup(title: "Provider")
    var provider: ProviderArguments

    @Flag(help: "Ask no provider: show what the manifests ask for, whatever exists.")
    var offline = false

    @Option(help: "Which kinds of change are made, where a provider is asked.")
    var policy: ChangePolicy?

    @Option(
        help: ArgumentHelp("Save the provider's plan, for headgate apply.", valueName: "file"), completion: .file())
    var out: String?

    @Option(name: .shortAndLong, help: "The form of the output.")
    var output: OutputFormat = .text

    @Flag(help: "Exit with 0 for nothing to do, 1 for errors, 2 for changes.")
    var detailedExitcode = false

    @Option(
        help: ArgumentHelp(
            "Show what differs from a saved plan.",
            discussion: "The file is what --output json or yaml printed.",
            valueName: "file"),
        completion: .file(extensions: ["json", "yaml", "yml"]))
    var against: String?

    @Option(help: "When text is coloured; NO_COLOR is heeded.")
    var color: ColourChoice = .auto

    func validate() throws {
        guard offline || against != nil else { return }
        let flag = offline ? "--offline" : "--against"
        if let given = flagsOfAProvider.first {
            throw ValidationError("\(flag) asks no provider, so that \(given) means nothing beside it.")
        }
    }

    /// The flags that mean nothing where no provider is asked.
    private var flagsOfAProvider: [String] {
        [provider.provider.map { _ in "--provider" }, out.map { _ in "--out" }, policy.map { _ in "--policy" }]
            .compactMap(\.self) + provider.flagsOfAProvider
    }

    func run() async throws {
        let status = try await run(on: .standard, registry: .standard)
        if status != 0 { throw ExitCode(status) }
    }

    /// Prints what providers would change, or the plan alone where none is asked.
    ///
    /// - Returns: the exit status.
    /// - Throws: ``CommandFailure`` where there is nothing to print, `ValidationError` for flags of a provider where there
    ///   is none.
    func run(on console: Console, registry: ProviderRegistry) async throws -> Int32 {
        guard !offline, against == nil else { return try run(on: console) }
        // Whether the manifests ask for a provider can't be told where they can't be read.
        let report = CommandReport(Self.configuration.commandName ?? "", on: console, as: output)
        do {
            if let name = provider.provider { _ = try registry.entry(named: name) }
            let read = try ManifestInput.load(manifests.filename, console: console)
            let options = planning.options(now: console.now())
            let input = ProvisioningInput(read, planning: options, provider: provider)
            guard input.isForCloud else {
                // What can't be read may name one, and is told.
                if let given = flagsOfAProvider.first, input.isComplete {
                    throw ValidationError(
                        "\(given) is for a provider, and neither --provider nor the parameters of a class name one.")
                }
                return try show(read, in: report)
            }
            let plan = ProviderPlan(
                report: report, style: style(on: console), policy: policy ?? .sync,
                planning: SavedPlanning(planning, provider: provider.provider), out: out,
                givenSettings: Set(provider.givenSettings.keys))
            let outcome = try await plan.run(
                input, manifests: manifests.filename, registry: registry,
                configuration: provider.configuration(environment: console.environment))
            switch outcome {
            case .nothingToDo: return 0
            case .changes: return detailedExitcode ? 2 : 0
            case .incomplete: return 1
            }
        } catch {
            throw try report.ending(with: error)
        }
    }

    /// Prints the plan, and asks no provider.
    ///
    /// - Returns: the exit status.
    /// - Throws: ``CommandFailure`` where there is nothing to print.
    func run(on console: Console) throws -> Int32 {
        let report = CommandReport(Self.configuration.commandName ?? "", on: console, as: output, asksProvider: false)
        do {
            return try show(try ManifestInput.load(manifests.filename, console: console), in: report)
        } catch {
            throw try report.ending(with: error)
        }
    }

    private func style(on console: Console) -> TextStyle {
        TextStyle(isEnabled: color.resolve(isTerminal: console.isTerminal, environment: console.environment))
    }

    private func show(_ input: ManifestInput, in report: CommandReport) throws -> Int32 {
        let console = report.console
        let saved = try against.map { file in
            try PlanDocument(saved: try SavedFile.read(file, givenBy: "--against"), file: file)
        }
        let document = try PlanDocument.plan(input, options: planning.options(now: console.now()), against: saved)
        try report.print(document, text: PlanTextView(style: style(on: console)).text(document))
        if input.objects.isEmpty, input.diagnostics.isEmpty {
            console.error("Note: no Kubernetes object that Headgate reads was found.\n")
        }
        if !input.isComplete || document.diagnostics.haveUnusableParameters {
            console.error(
                "Error: the plan is incomplete, since manifests or parameters can't be used; its diagnostics tell which.\n"
            )
            return 1
        }
        return detailedExitcode && document.hasChanges ? 2 : 0
    }
}
