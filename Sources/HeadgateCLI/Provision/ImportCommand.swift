import ArgumentParser
import IngressPlanning
import LoadBalancerModel
import Provisioning

/// `headgate import`.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Make resources that exist Headgate's own, or let go of them.",
        discussion: """
            Importing puts ownership tags on what is named and changes nothing else; the next headgate plan shows what \
            would then be changed about it. Resources are named as headgate plan shows them, with the identifier that \
            the cloud gave them:

              headgate import --provider aws --name hg-public-1a2b3c \\
                load-balancer/main=arn:aws:elasticloadbalancing:…

            A resource is refused that isn't of the type in its name, that doesn't exist, or that another load balancer of \
            Headgate's has. Look at headgate plan before the next headgate apply: what the manifests don't ask for under \
            that name is taken away.

            --release takes the tags off again: what is named stays as it is, and Headgate won't touch it any more. With \
            --name and --cluster-name, nothing is released that is of another load balancer or cluster.

              headgate import --release --provider aws --name hg-public-1a2b3c \\
                arn:aws:elasticloadbalancing:…

            Exit status: 0 for success, 1 for failure, 64 for wrong usage.
            """
    )

    @Argument(
        help: ArgumentHelp("What is imported, or with --release the identifiers.", valueName: "type/name=identifier"))
    var resources: [String]

    @Option(
        help: ArgumentHelp(
            "The load balancer, by the name that headgate plan shows.",
            discussion: "With --release what is of another load balancer is refused.", valueName: "name"))
    var name: String?

    @Option(
        help: ArgumentHelp(
            "The cluster's name in the identity of load balancers; local where none is given.",
            discussion: "With --release what is of another cluster is refused; without it, any cluster's is let go of.",
            valueName: "name"))
    var clusterName: String?

    @OptionGroup(title: "Provider")
    var provider: ProviderArguments

    @Flag(help: "Take the ownership tags off.")
    var release = false

    func validate() throws {
        guard provider.provider != nil else { throw ValidationError("Say with --provider whose resources they are.") }
        guard !release else { return }
        guard name != nil else { throw ValidationError("Say with --name which load balancer they become part of.") }
        for resource in resources {
            guard let adoption = Adoption(resource) else {
                throw ValidationError("\(resource) is no type/name=identifier, such as load-balancer/main=arn:….")
            }
            guard adoption.reference.isWellFormed else {
                throw ValidationError(
                    "\(adoption.reference) is no name of a resource: write type/name as headgate plan shows it, such as "
                        + "load-balancer/main.")
            }
        }
    }

    func run() async throws {
        try await run(on: .standard, registry: .standard)
    }

    func run(on console: Console, registry: ProviderRegistry) async throws {
        let proposer = Proposer(
            registry: registry, configuration: provider.configuration(environment: console.environment))
        do {
            try await proposer.withProviders { providers in
                guard let selection = provider.selection else { return }
                let provider = try await providers.provider(for: selection)
                if release {
                    try await letGo(of: resources, with: provider, console: console)
                } else {
                    try await adopt(with: provider, console: console)
                }
            }
        } catch {
            throw CommandFailure(provisioning: error)
        }
    }

    private func adopt(with provider: some LoadBalancerProvider, console: Console) async throws {
        let owner = Owner(cluster: clusterName ?? PlannerOptions.unnamedCluster, loadBalancer: name ?? "")
        let adoptions = resources.compactMap(Adoption.init)
        try await AdoptionCheck(owner: owner, provider: provider).check(adoptions)
        for adoption in adoptions {
            let tags = OwnershipTags(owner: owner, resource: adoption.reference)
            try await provider.naming(adoption.identifier) {
                try await WritePermit.granting { permit in
                    try await provider.adopt(adoption.identifier, as: tags, permit: permit)
                }
            }
            console.output("imported \(adoption.reference) (\(adoption.identifier)) into \(owner.loadBalancer)\n")
        }
    }

    private func letGo(
        of identifiers: [String], with provider: some LoadBalancerProvider, console: Console
    ) async throws {
        let check = ReleaseCheck(cluster: clusterName, loadBalancer: name)
        var owned: Set<String> = []
        for identifier in identifiers {
            let found = try await provider.naming(identifier) { try await provider.inspect(identifier) }
            guard let ownership = found.ownership else { continue }
            try check.check(identifier, ownership)
            owned.insert(identifier)
        }
        for identifier in identifiers {
            guard owned.contains(identifier) else {
                console.output("\(identifier) isn't Headgate's: there is nothing to release\n")
                continue
            }
            try await WritePermit.granting { permit in
                try await provider.release(identifier, permit: permit)
            }
            console.output("released \(identifier)\n")
        }
    }
}
