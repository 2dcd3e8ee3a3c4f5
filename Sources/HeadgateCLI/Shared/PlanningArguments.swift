import ArgumentParser
import Foundation
import IngressPlanning

/// What decides which Ingresses are ours and how they are planned.
struct PlanningArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Claim the Ingresses of this class, too.",
            discussion: "Where an IngressClass object of that name exists, what it says stands.",
            valueName: "name"))
    var ingressClass: String?

    @Flag(help: "Claim Ingresses that name no class, where no IngressClass is marked as the default.")
    var watchIngressWithoutClass = false

    @Option(
        help: ArgumentHelp(
            "The Service that takes what no Ingress takes.",
            valueName: "namespace/service:port"),
        transform: DefaultBackendArgument.init)
    var defaultBackend: DefaultBackendArgument?

    @Option(
        help: ArgumentHelp(
            "The cluster's name in the identity of load balancers.",
            discussion: "Without it, the UID of the kube-system namespace; local where the manifests lack that.",
            valueName: "name"))
    var clusterName: String?

    func validate() throws {
        if ingressClass?.isEmpty == true { throw ValidationError("The name given with --ingress-class is empty.") }
        if clusterName?.isEmpty == true { throw ValidationError("The name given with --cluster-name is empty.") }
    }

    /// Whether no flag was given.
    var isEmpty: Bool {
        ingressClass == nil && !watchIngressWithoutClass && defaultBackend == nil && clusterName == nil
    }

    /// The planner's options.
    func options(now: Date) -> PlannerOptions {
        PlannerOptions(
            ingressClass: ingressClass,
            watchIngressWithoutClass: watchIngressWithoutClass,
            defaultBackend: defaultBackend?.value,
            clusterName: clusterName,
            fromFiles: true,
            now: now)
    }
}

/// `--default-backend`.
struct DefaultBackendArgument: Sendable {
    let value: DefaultBackend
    /// As it was written.
    let text: String

    init(_ text: String) throws {
        self.text = text
        do {
            value = try DefaultBackend(parsing: text)
        } catch {
            throw ValidationError(error.description)
        }
    }
}
