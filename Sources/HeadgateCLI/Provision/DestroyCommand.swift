import ArgumentParser
import IngressPlanning
import LoadBalancerModel
import Provisioning

/// `headgate destroy`.
struct DestroyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "destroy",
        abstract: "Take load balancers away, with everything that was made for them.",
        discussion: """
            Only what carries Headgate's ownership tags is deleted. Deletion protection, or a rule of somebody else's on \
            a listener, stops it before anything is deleted.

              headgate destroy -f manifests --provider aws
              headgate destroy --name hg-public-1a2b3c --provider aws --cluster-name prod

            With --name nothing is read that could tell the cluster: give the one that headgate plan shows with \
            --cluster-name, unless it is local.

            Exit status: 0 when nothing is left, 1 when something is, 64 for wrong usage.
            """
    )

    @Option(
        name: [.customShort("f"), .customLong("filename")],
        parsing: .singleValue,
        help: ArgumentHelp("The manifests whose load balancers are taken away.", valueName: "path"),
        completion: .file(extensions: ["yaml", "yml", "json"]))
    var filename: [String] = []

    @Option(help: ArgumentHelp("The load balancer, by the name that headgate plan shows.", valueName: "name"))
    var name: String?

    @OptionGroup(title: "Provider")
    var provider: ProviderArguments

    @OptionGroup(title: "Planning")
    var planning: PlanningArguments

    @Flag(help: "Don't ask.")
    var yes = false

    @Option(name: .shortAndLong, help: "The form of the output.")
    var output: OutputFormat = .text

    @Option(help: "When text is coloured; NO_COLOR is heeded.")
    var color: ColourChoice = .auto

    func validate() throws {
        guard (name == nil) != filename.isEmpty else {
            throw ValidationError("Give either manifests with -f or the name of a load balancer with --name.")
        }
        if name != nil, provider.provider == nil {
            throw ValidationError("Say with --provider whose load balancer --name is.")
        }
    }

    func run() async throws {
        let status = try await run(on: .standard, registry: .standard)
        if status != 0 { throw ExitCode(status) }
    }

    func run(on console: Console, registry: ProviderRegistry) async throws -> Int32 {
        let report = CommandReport(Self.configuration.commandName ?? "", on: console, as: output)
        let application = ProposalApplication(
            report: report,
            style: TextStyle(
                isEnabled: color.resolve(isTerminal: console.isTerminal, environment: console.environment)),
            isConfirmed: yes, asksAlways: true)
        do {
            let proposer = Proposer(
                registry: registry, configuration: provider.configuration(environment: console.environment),
                givenSettings: Set(provider.givenSettings.keys))
            let outcome: ProposalApplication.Outcome
            if let name, let selection = provider.selection {
                let deletion = ProposalRequest.Deletion(
                    owner: Owner(
                        cluster: planning.clusterName ?? PlannerOptions.unnamedCluster, loadBalancer: name),
                    provider: selection, mustExist: true)
                outcome = try await proposer.proposing(ProposalRequest(deletions: [deletion])) { proposals in
                    try await application.apply(proposals, assets: .init(), isComplete: true)
                }
            } else {
                let input = try ProvisioningInput.load(
                    filename, planning: planning, provider: provider, registry: registry, console: console)
                application.show(input.diagnostics)
                try input.requireCloud(registry)
                outcome = try await proposer.proposing(input.destruction) { proposals in
                    if proposals.proposals.contains(where: { !$0.isEmpty }), let note = input.destructionNote {
                        console.error(note)
                    }
                    return try await application.apply(
                        proposals, findings: input.diagnostics, assets: .init(), isComplete: input.isComplete)
                }
            }
            return outcome == .incomplete ? 1 : 0
        } catch {
            throw try report.ending(with: error)
        }
    }
}
