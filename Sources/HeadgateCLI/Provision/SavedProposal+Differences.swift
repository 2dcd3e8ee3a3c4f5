import Provisioning

extension SavedProposal {
    /// What stands against carrying out exactly what was saved, a sentence for each; empty where the world hasn't moved.
    func differences(from now: ProposalDocument) -> [String] {
        let then = Dictionary(proposal.loadBalancers.map { ($0.name, $0) }) { first, _ in first }
        let left = Set(then.keys).subtracting(now.loadBalancers.map(\.name)).sorted()
        return left.map { "\($0) can't be planned any more" }
            + now.loadBalancers.flatMap { loadBalancer -> [String] in
                guard let saved = then[loadBalancer.name] else { return ["\(loadBalancer.name) wasn't in the plan"] }
                return MovedResources(saved: saved.changes, now: loadBalancer.changes).sentences
            }
    }
}

/// The changes of a saved plan beside those that it would take now, a pair for each resource.
private struct MovedResources {
    private typealias Change = ProposalDocument.Change

    private let pairs: [(name: String, saved: Change?, now: Change?)]

    init(saved: [ProposalDocument.Change], now: [ProposalDocument.Change]) {
        let before = Dictionary(grouping: saved) { "\($0.type)/\($0.name)" }
        let after = Dictionary(grouping: now) { "\($0.type)/\($0.name)" }
        pairs = Set(before.keys).union(after.keys).sorted().flatMap { name in
            Self.pairs(before[name] ?? [], after[name] ?? []).map { (name: name, saved: $0.saved, now: $0.now) }
        }
    }

    /// Several resources may go by one name: those of one identifier belong together, what is left as it comes.
    private static func pairs(_ saved: [Change], _ now: [Change]) -> [(saved: Change?, now: Change?)] {
        var rest = now
        var unpaired: [Change] = []
        var pairs: [(saved: Change?, now: Change?)] = []
        for change in saved {
            if let index = rest.firstIndex(where: { $0.identifier == change.identifier }) {
                pairs.append((change, rest.remove(at: index)))
            } else {
                unpaired.append(change)
            }
        }
        for change in unpaired { pairs.append((change, rest.isEmpty ? nil : rest.removeFirst())) }
        return pairs + rest.map { (saved: nil, now: $0) }
    }

    var sentences: [String] {
        pairs.compactMap { (name, saved, now) -> String? in
            switch (saved, now) {
            case (let saved?, let now?):
                saved == now ? nil : "\(name): \(Self.sentence(saved, now))"
            case (let saved?, nil): "\(name): was \(Self.intention(saved)), and isn't there any more"
            case (nil, let now?): "\(name): wasn't in the plan, and now is \(Self.intention(now))"
            case (nil, nil): nil
            }
        }
    }

    private static func sentence(_ saved: Change, _ now: Change) -> String {
        guard saved.action == now.action else {
            return "was \(intention(saved)), and now is \(intention(now))\(fields(now))"
        }
        let moved = movedFields(saved.fields, now.fields)
        guard moved.isEmpty else { return moved.joined(separator: "; ") }
        if saved.identifier != now.identifier {
            return
                "is another one now (\(saved.identifier ?? "none") was planned for, \(now.identifier ?? "none") is there)"
        }
        if saved.superseded != now.superseded {
            return "what goes along with it has changed: "
                + "\(list(saved.superseded)) was planned, it is \(list(now.superseded)) now"
        }
        return "is still \(intention(now)), for another reason: \(now.reason.isEmpty ? saved.reason : now.reason)"
    }

    /// What is different about each field.
    private static func movedFields(_ saved: [FieldDifference], _ now: [FieldDifference]) -> [String] {
        let before = Dictionary(saved.map { ($0.path, $0) }) { first, _ in first }
        let after = Dictionary(now.map { ($0.path, $0) }) { first, _ in first }
        return Set(before.keys).union(after.keys).sorted().compactMap { path -> String? in
            switch (before[path], after[path]) {
            case (let old?, let new?) where old.before != new.before:
                "\(path) was \(old.before ?? "(none)") when it was planned, and is \(new.before ?? "(none)")"
            case (let old?, let new?) where old.after != new.after:
                "\(path) was to become \(old.after ?? "(none)"), and now is to become \(new.after ?? "(none)")"
            case (let old?, nil): "\(path) was to become \(old.after ?? "(none)"), and needn't be changed any more"
            case (nil, let new?):
                "\(path) wasn't in the plan, and now is to become \(new.after ?? "(none)")"
                    + (new.before.map { " (it is \($0))" } ?? "")
            default: nil
            }
        }
    }

    private static func fields(_ change: Change) -> String {
        guard change.action == .update || change.action == .replace, !change.fields.isEmpty else { return "" }
        let texts = change.fields.map { "\($0.path) \($0.before ?? "(none)") → \($0.after ?? "(none)")" }
        return " (\(texts.joined(separator: "; ")))"
    }

    private static func intention(_ change: Change) -> String {
        switch change.action {
        case .create: "to be created"
        case .update: "to be updated"
        case .replace: "to be replaced"
        case .delete: "to be deleted"
        case .noOp: "as it should be"
        }
    }

    private static func list(_ identifiers: [String]) -> String {
        identifiers.isEmpty ? "nothing" : identifiers.joined(separator: ", ")
    }
}
