import IngressPlanning
import LoadBalancerModel
import Provisioning

/// What manifests ask for, with the key material that carrying it out needs.
struct ProvisioningInput: Sendable {
    var plans: [LoadBalancerPlan]
    var diagnostics: [Diagnostic]
    var assets: PlanAssets
    /// False where a document was refused, so that the plans may lack what was meant.
    var isComplete: Bool

    /// Plans manifests for a provider.
    ///
    /// - Throws: ``CommandFailure`` where the manifests can't be read.
    static func load(
        _ manifests: [String], planning: PlannerOptions, provider: ProviderArguments, console: Console
    ) throws(CommandFailure) -> ProvisioningInput {
        let input = try ManifestInput.load(manifests, console: console)
        var planning = planning
        planning.provider = provider.provider
        let result = IngressPlanner(options: planning).plan(input.snapshot)
        var assets = PlanAssets()
        for name in result.assets.keys.sorted() {
            if let more = result.assets[name] { assets.merge(more) }
        }
        return ProvisioningInput(
            plans: result.plans.map { provider.applied(to: $0) },
            diagnostics: input.diagnostics + result.diagnostics,
            assets: assets,
            isComplete: input.isComplete && !result.diagnostics.haveInvalidParameters)
    }
}

extension ProviderArguments {
    /// The provider that the flags name, with their settings.
    var selection: ProviderSelection? {
        provider.map { name in
            ProviderSelection(
                name: name, settings: Dictionary(settings.map { ($0.key, $0.value) }) { _, last in last })
        }
    }

    /// A plan, which was made for the provider of the flags, with their settings.
    func applied(to plan: LoadBalancerPlan) -> LoadBalancerPlan {
        var plan = plan
        for setting in settings {
            plan.provider.settings[setting.key] = setting.value
            plan.provider.sources?[setting.key] = nil
        }
        return plan
    }
}
