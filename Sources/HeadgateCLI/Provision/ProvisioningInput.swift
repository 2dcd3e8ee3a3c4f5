import IngressPlanning
import KubernetesModel
import LoadBalancerModel
import Provisioning

/// What manifests ask of clouds, with the key material that carrying it out needs.
struct ProvisioningInput: Sendable {
    /// The plans that the command carries out.
    var plans: [LoadBalancerPlan]
    /// What was found about the manifests, and about plans that are left to others.
    var diagnostics: [Diagnostic]
    var assets: PlanAssets
    /// False where a document was refused, so that the plans may lack what was meant.
    var isComplete: Bool
    /// The Ingresses of each plan, as `namespace/name`, by its name: also those that others leave nothing to.
    private(set) var members: [String: Set<String>]
    /// How load balancers are told apart that the manifests don't ask for.
    var unasked: UnaskedLoadBalancers
    /// How many plans are for others, such as `headgate up`.
    private var leftCount: Int
    private let source: Source

    /// What is planned, and how.
    private struct Source: Sendable {
        var manifests: ManifestInput
        var planner: IngressPlanner
        var provider: ProviderArguments
    }

    /// Whether a cloud is asked for: on the command line or by the parameters of a class.
    var isForCloud: Bool { !unasked.selections.isEmpty }

    /// Whether the manifests, or the command line, tell of which cluster the load balancers are.
    var hasOwnIdentity: Bool { unasked.hasOwnIdentity }

    /// What would carry the plans out.
    var request: ProposalRequest {
        ProposalRequest(
            plans: plans, members: members, unasked: unasked, hasOwnIdentity: hasOwnIdentity,
            revising: { [self] plan, refused in refusing(refused).plans.first { $0.name == plan.name } })
    }

    /// What would take the load balancers of the plans away.
    var destruction: ProposalRequest {
        ProposalRequest(
            deletions: plans.map {
                ProposalRequest.Deletion(
                    owner: Owner($0), provider: $0.provider, ingresses: $0.ingresses)
            },
            members: members, unasked: unasked, hasOwnIdentity: hasOwnIdentity)
    }

    /// Reads manifests and plans them.
    ///
    /// - Throws: ``CommandFailure`` where the manifests can't be read, and for a provider that there isn't.
    static func load(
        _ manifests: [String], planning: PlanningArguments, provider: ProviderArguments, registry: ProviderRegistry,
        console: Console
    ) throws(CommandFailure) -> ProvisioningInput {
        if let name = provider.provider { _ = try registry.entry(named: name) }
        return ProvisioningInput(
            try ManifestInput.load(manifests, console: console), planning: planning.options(now: console.now()),
            provider: provider)
    }

    /// Plans manifests. A class whose parameters name no provider is the one's that the command line names.
    init(_ input: ManifestInput, planning: PlannerOptions, provider: ProviderArguments) {
        var options = planning
        options.defaultProvider = provider.provider ?? PlannerOptions.softwareProvider
        options.providerSettings = provider.givenSettings
        self.init(Source(manifests: input, planner: IngressPlanner(options: options), provider: provider))
    }

    /// What the manifests ask for if the provider can't take some Ingresses.
    func refusing(_ refused: [RefusedIngress]) -> ProvisioningInput {
        guard !refused.isEmpty else { return self }
        var options = source.planner.options
        options.refused = refused
        var source = source
        source.planner = source.planner.with(options: options)
        return ProvisioningInput(source)
    }

    private init(_ source: Source) {
        self.source = source
        let (input, provider) = (source.manifests, source.provider)
        let snapshot = input.snapshot
        let result = source.planner.plan(snapshot)
        assets = PlanAssets()
        for name in result.assets.keys.sorted() {
            if let more = result.assets[name] { assets.merge(more) }
        }
        let selected = result.plans.filter { provider.selects($0.provider) }
        let overruled = selected.filter { provider.overrulesRegion(of: $0.provider) }
        plans = selected.map { plan in
            var plan = plan
            plan.provider = provider.inItsRegion(plan.provider)
            return plan
        }
        members = result.members.mapValues { Set($0.map(\.description)) }
        let left = result.plans.filter { !provider.selects($0.provider) }
        leftCount = left.count
        diagnostics =
            input.diagnostics + result.diagnostics + left.map { Diagnostic.leftOut($0, by: provider.provider) }
            + overruled.map { Diagnostic.overruledRegion(of: $0, by: provider.region ?? "") }
        isComplete = input.isComplete && !result.diagnostics.haveUnusableParameters
        let identity = source.planner.options.clusterIdentity(of: snapshot)
        unasked = UnaskedLoadBalancers(
            cluster: identity ?? PlannerOptions.unnamedCluster,
            hasOwnIdentity: identity != nil,
            isComplete: isComplete,
            asked: Dictionary(result.plans.map { ($0.name, $0.provider.name) }) { first, _ in first },
            unplaced: result.unplaced,
            classes: result.providers.mapValues(\.name),
            selections: provider.selections(
                among: plans.map(\.provider) + result.providers.values.map(provider.inItsRegion)))
    }

    /// Refuses manifests of which nothing is for a cloud.
    ///
    /// - Throws: ``CommandFailure`` that says whose they are.
    func requireCloud(_ registry: ProviderRegistry) throws(CommandFailure) {
        guard !isForCloud, leftCount > 0 else { return }
        _ = try registry.entry(named: PlannerOptions.softwareProvider)
    }

    /// What a user should know who relies on no identity.
    var identityNote: String? {
        sharedIdentity.map {
            "Note: \($0) Where several directories share an account, give each a name with --cluster-name.\n"
        }
    }

    /// What a user should know who takes load balancers away and relies on no identity.
    var destructionNote: String? {
        sharedIdentity.map { "Note: \($0) Make sure that what is taken away isn't another directory's.\n" }
    }

    /// Whose the load balancers are as well, where nothing tells the cluster.
    private var sharedIdentity: String? {
        guard isForCloud, !hasOwnIdentity, !plans.isEmpty else { return nil }
        return "these load balancers are those of the cluster \(unasked.cluster), as are those of every directory that "
            + "names no cluster."
    }
}

extension ProviderArguments {
    /// The provider that the flags name, with their settings.
    var selection: ProviderSelection? {
        provider.map { ProviderSelection(name: $0, settings: givenSettings) }
    }

    /// What is set, by its name; of one that is set twice the last value.
    var givenSettings: [String: String] { settings.reduce(into: [:]) { $0[$1.key] = $1.value } }

    /// Whether a selection has another region than the flags name.
    fileprivate func overrulesRegion(of selection: ProviderSelection) -> Bool {
        guard let region, let own = selection.settings["region"] else { return false }
        return own != region
    }

    /// A selection with the region that the flags name, which goes before the one that it has.
    fileprivate func inItsRegion(_ selection: ProviderSelection) -> ProviderSelection {
        guard overrulesRegion(of: selection) else { return selection }
        var selection = selection
        selection.settings["region"] = region
        return selection
    }

    /// Whether a plan with this provider is carried out here: one of the provider that the flags name, or of any cloud
    /// where they name none.
    func selects(_ selection: ProviderSelection) -> Bool {
        provider.map { $0 == selection.name } ?? (selection.name != PlannerOptions.softwareProvider)
    }

    /// The different selections that are this command's, that of the flags where there is no other.
    fileprivate func selections(among candidates: [ProviderSelection]) -> [ProviderSelection] {
        let found = Set(candidates.filter(selects))
        guard !found.isEmpty else { return [selection].compactMap(\.self) }
        return found.sorted { ($0.name, $0.settings.description) < ($1.name, $1.settings.description) }
    }

    /// The flags that mean nothing where no provider is asked.
    var flagsOfAProvider: [String] {
        [
            settings.isEmpty ? nil : "--set", endpointURL.map { _ in "--endpoint-url" }, region.map { _ in "--region" },
            profile.map { _ in "--profile" }, traceAPI.map { _ in "--trace-api" },
        ].compactMap(\.self)
    }
}

extension Diagnostic {
    /// A plan whose region is another one than the command line names.
    fileprivate static func overruledRegion(of plan: LoadBalancerPlan, by region: String) -> Diagnostic {
        let own = plan.provider.settings["region"] ?? ""
        return Diagnostic(
            object: .loadBalancer(plan.name), severity: .warning, reason: "RegionOverruled",
            message: "the setting region is \(own), and --region \(region) goes before it",
            remedy: "run without --region, or let both say the same")
    }

    /// A plan that the command leaves to others.
    ///
    /// - Parameter provider: the provider of the command line.
    fileprivate static func leftOut(_ plan: LoadBalancerPlan, by provider: String?) -> Diagnostic {
        let ingressClass = plan.identity.ingressClass.isEmpty ? "(none)" : plan.identity.ingressClass
        let isSoftware = plan.provider.name == PlannerOptions.softwareProvider
        let whose =
            isSoftware
            ? "is served by headgate up" : "is for the provider \(plan.provider.name), which its parameters name"
        let remedy: String? =
            switch (isSoftware, provider) {
            case (true, nil): "to have a cloud serve it, name a provider in its parameters, or with --provider"
            case (true, .some): "to have a cloud serve it, name that provider in its parameters"
            case (false, _): "run without --provider, or with --provider \(plan.provider.name)"
            }
        return Diagnostic(
            object: .loadBalancer(plan.name), severity: .info, reason: "OtherProvider",
            message: "The class '\(ingressClass)' \(whose), and is left alone here", value: plan.provider.name,
            remedy: remedy)
    }
}

extension ObjectReference {
    /// A load balancer, by the name of its plan.
    static func loadBalancer(_ name: String) -> ObjectReference {
        ObjectReference(kind: loadBalancerKind, name: name)
    }

    /// A Secret.
    ///
    /// - Parameter name: its name as `namespace/name`.
    static func secret(_ name: String) -> ObjectReference {
        let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
        return ObjectReference(kind: "Secret", namespace: parts.count == 2 ? parts[0] : "", name: parts.last ?? name)
    }

    /// The kind of what ``loadBalancer(_:)`` refers to.
    static let loadBalancerKind = "LoadBalancer"
}
