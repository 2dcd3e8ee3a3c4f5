import ArgumentParser
import Foundation
import IngressPlanning
import LoadBalancerModel
import ManifestSource
import Provisioning

/// What `headgate plan --out FILE` saves and `headgate apply FILE` carries out.
///
/// It holds no key: certificates are read anew from the manifests that it names.
struct SavedProposal: Codable, Sendable {
    static let currentKind = "SavedProposal"

    var apiVersion = LoadBalancerPlan.currentAPIVersion
    var kind = SavedProposal.currentKind
    /// The manifests, as absolute paths; empty where they came from standard input.
    var manifests: [String]
    /// How the manifests were planned.
    var planning: SavedPlanning
    /// Whether the manifests could all be read.
    var isComplete: Bool
    /// Whether the manifests, or the command line, told the cluster.
    var hasOwnIdentity: Bool
    var endpointURL: String?
    var region: String?
    /// The name of a profile, which holds no secret.
    var profile: String?
    var policy: ChangePolicy
    var plans: [LoadBalancerPlan]
    /// The Ingresses of each plan, as `namespace/name`, by its name.
    var members: [String: [String]]
    /// The load balancers that go as a whole.
    var deletions: [Deletion]
    var proposal: ProposalDocument

    struct Deletion: Codable, Sendable {
        var owner: Owner
        var provider: ProviderSelection
        var reason: String?
    }

    /// What is to be proposed anew, and must come to the same.
    var request: ProposalRequest {
        ProposalRequest(
            plans: plans,
            deletions: deletions.map { .init(owner: $0.owner, provider: $0.provider, reason: $0.reason) },
            members: members.mapValues { Set($0) },
            hasOwnIdentity: hasOwnIdentity)
    }

    /// What the provider is told: where the plan was made for, with the profile that the command line names, else that of
    /// the plan. Who plans and who applies may have credentials of their own.
    ///
    /// - Parameters:
    ///   - given: what the command line says.
    ///   - file: the file that the plan was saved in.
    /// - Throws: ``CommandFailure`` where it names another region or endpoint than the plan was made with.
    func configuration(
        _ given: ProviderConfiguration, file: String
    ) throws(CommandFailure) -> ProviderConfiguration {
        let flags = [("--region", given.region, region), ("--endpoint-url", given.endpointURL, endpointURL)]
        for case (let flag, let value?, let planned) in flags where value != planned {
            throw CommandFailure(
                "nothing was changed: \(flag) is \(value), and the saved plan was made "
                    + (planned.map { "with \($0)" } ?? "without it"),
                remedy: "Leave \(flag) out, or plan again with it: headgate plan … \(flag) \(value) --out",
                about: .file(file), reason: "OtherPlace")
        }
        var configuration = given
        configuration.region = region
        configuration.endpointURL = endpointURL
        configuration.profile = given.profile ?? profile
        return configuration
    }

    /// Reads a saved proposal.
    ///
    /// - Throws: ``CommandFailure``, which names the file and the remedy.
    static func read(_ file: String) throws(CommandFailure) -> SavedProposal {
        // Never the file itself as a place to save to: it may be somebody's manifest.
        let remedy =
            "To apply manifests, name them with -f: headgate apply -f \(file). To save a plan: headgate plan -f DIR "
            + "--provider NAME --out saved.plan"
        func refusal(_ finding: String) -> CommandFailure {
            CommandFailure("\(file) \(finding)", remedy: remedy, about: .file(file), reason: SavedFile.noSavedPlan)
        }
        let data = try SavedFile.read(file, givenBy: "headgate apply")
        do {
            let header = try PlanEncoding.decode(Header.self, from: data)
            guard header.kind == currentKind else {
                throw refusal("is no saved plan: its kind is \"\(header.kind)\"")
            }
            guard header.apiVersion == LoadBalancerPlan.currentAPIVersion else {
                throw refusal(
                    "has apiVersion \"\(header.apiVersion)\", but this program reads "
                        + "\"\(LoadBalancerPlan.currentAPIVersion)\"")
            }
            let saved = try PlanEncoding.decode(SavedProposal.self, from: data)
            guard saved.isConsistent else {
                throw refusal("is no saved plan: the load balancers of its plans aren't those of its changes")
            }
            return saved
        } catch let failure as CommandFailure {
            throw failure
        } catch let error as DecodingError {
            throw refusal("is no saved plan: \(error.plainDescription)")
        } catch {
            throw refusal("is no saved plan")
        }
    }

    private struct Header: Decodable {
        var apiVersion: String
        var kind: String
    }

    /// Whether there is a change set for each load balancer of the file, and no other.
    private var isConsistent: Bool {
        plans.map(\.name) + deletions.map(\.owner.loadBalancer) == proposal.loadBalancers.map(\.name)
    }

    /// Writes the proposal, readable by its owner alone.
    func write(to file: String) throws {
        let text = try PlanEncoding.encode(self)
        do {
            try PrivateFile.replace(file, Array(text))
        } catch {
            throw CommandFailure(
                "\(file) can't be written: \(FileProblem.text(error))", remedy: "Check the path given with --out.",
                about: .file(file), reason: "FileUnwritable")
        }
    }
}

/// The flags that decided how manifests were planned.
struct SavedPlanning: Codable, Hashable, Sendable {
    var ingressClass: String?
    var watchIngressWithoutClass: Bool
    /// As `namespace/service:port`.
    var defaultBackend: String?
    var clusterName: String?
    /// The provider of classes that name none.
    var defaultProvider: String?

    init(_ arguments: PlanningArguments, provider: String?) {
        ingressClass = arguments.ingressClass
        watchIngressWithoutClass = arguments.watchIngressWithoutClass
        defaultBackend = arguments.defaultBackend?.text
        clusterName = arguments.clusterName
        defaultProvider = provider
    }

    /// The planner's options.
    ///
    /// - Throws: ``CommandFailure`` for a value that no flag would have.
    func options(now: Date) throws(CommandFailure) -> PlannerOptions {
        let backend: DefaultBackend?
        do {
            backend = try defaultBackend.map { text throws(DefaultBackendSyntaxError) in
                try DefaultBackend(parsing: text)
            }
        } catch {
            throw CommandFailure("the saved plan can't be read: \(error.description)", remedy: "Plan again.")
        }
        return PlannerOptions(
            ingressClass: ingressClass, watchIngressWithoutClass: watchIngressWithoutClass, defaultBackend: backend,
            clusterName: clusterName, defaultProvider: defaultProvider ?? PlannerOptions.softwareProvider,
            fromFiles: true, now: now)
    }
}
