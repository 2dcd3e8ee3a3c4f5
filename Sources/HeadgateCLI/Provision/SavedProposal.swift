import Foundation
import LoadBalancerModel
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
    var endpointURL: String?
    var region: String?
    /// The name of a profile, which holds no secret.
    var profile: String?
    var policy: ChangePolicy
    var plans: [LoadBalancerPlan]
    var proposal: ProposalDocument

    /// Reads a saved proposal.
    ///
    /// - Throws: ``CommandFailure``, which names the file and the remedy.
    static func read(_ file: String) throws(CommandFailure) -> SavedProposal {
        let remedy = "Save a plan with: headgate plan -f DIR --provider NAME --out \(file)"
        let data = try SavedFile.read(file, givenBy: "headgate apply")
        do {
            let saved = try PlanEncoding.decode(SavedProposal.self, from: data)
            guard saved.kind == currentKind else {
                throw CommandFailure("\(file) is no saved plan: its kind is \"\(saved.kind)\"", remedy: remedy)
            }
            guard saved.apiVersion == LoadBalancerPlan.currentAPIVersion else {
                throw CommandFailure(
                    "\(file) has apiVersion \"\(saved.apiVersion)\", but this program reads "
                        + "\"\(LoadBalancerPlan.currentAPIVersion)\"",
                    remedy: remedy)
            }
            return saved
        } catch let failure as CommandFailure {
            throw failure
        } catch let error as DecodingError {
            throw CommandFailure("\(file) is no saved plan: \(error.plainDescription)", remedy: remedy)
        } catch {
            throw CommandFailure("\(file) is no saved plan", remedy: remedy)
        }
    }

    /// Writes the proposal, readable by its owner alone.
    func write(to file: String) throws {
        let data = Data(try PlanEncoding.encode(self))
        do {
            try data.write(to: URL(fileURLWithPath: file), options: .atomic)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        } catch {
            throw CommandFailure(
                "\(file) can't be written: \(FileProblem.text(error))", remedy: "Check the path given with --out.")
        }
    }

    /// What stands against carrying out exactly what was saved, a sentence for each; empty where the world hasn't moved.
    func differences(from now: ProposalDocument) -> [String] {
        let then = Dictionary(proposal.loadBalancers.map { ($0.name, $0) }) { first, _ in first }
        return now.loadBalancers.flatMap { loadBalancer -> [String] in
            guard let saved = then[loadBalancer.name] else { return ["\(loadBalancer.name) wasn't in the plan"] }
            return Self.differences(from: saved, to: loadBalancer)
        }
    }

    private static func differences(
        from saved: ProposalDocument.LoadBalancer, to now: ProposalDocument.LoadBalancer
    ) -> [String] {
        func byResource(_ changes: [ProposalDocument.Change]) -> [String: ProposalDocument.Change] {
            Dictionary(changes.map { ("\($0.type)/\($0.name) \($0.identifier ?? "")", $0) }) { first, _ in first }
        }
        let before = byResource(saved.changes)
        let after = byResource(now.changes)
        return Set(before.keys).union(after.keys).sorted().compactMap { key in
            let resource = key.split(separator: " ").first.map(String.init) ?? key
            switch (before[key], after[key]) {
            case (let old?, let new?):
                return old == new ? nil : "\(resource): \(old.action.rawValue) has become \(text(new))"
            case (let old?, nil): return "\(resource): \(old.action.rawValue) is no longer what it takes"
            case (nil, let new?): return "\(resource): \(text(new)) wasn't in the plan"
            case (nil, nil): return nil
            }
        }
    }

    private static func text(_ change: ProposalDocument.Change) -> String {
        let fields = change.fields.map(\.path).joined(separator: ", ")
        return fields.isEmpty || change.action == .create
            ? change.action.rawValue : "\(change.action.rawValue) of \(fields)"
    }
}
