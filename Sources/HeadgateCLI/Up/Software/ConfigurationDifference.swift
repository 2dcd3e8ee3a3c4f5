import LoadBalancerModel
import Provisioning

/// What differs between two configurations of an engine, field by field.
///
/// Only the parts that differ are looked into, so that a change of one of ten thousand routes costs little more than
/// telling that the others are equal.
struct ConfigurationDifference {
    struct Detail {
        var path: String
        var before: FieldValue
        var after: FieldValue
    }

    let details: [Detail]

    init(from before: SoftwareResource.Configuration, to after: SoftwareResource.Configuration) {
        var details = Self.details(from: before.plan, to: after.plan)
        for certificate in after.plan.certificates {
            guard let old = before.chains[certificate.fingerprint],
                old != after.chains[certificate.fingerprint]
            else { continue }
            details.append(
                Detail(
                    path: "certificates[\(certificate.secret)].chain", before: .string("in force"),
                    after: .string("other intermediates")))
        }
        self.details = details
    }

    private static func details(from before: LoadBalancerPlan, to after: LoadBalancerPlan) -> [Detail] {
        var (old, new) = (before, after)
        (old.routes, new.routes) = withoutEqualEnds(before.routes, after.routes)
        (old.pools, new.pools) = withoutEqualEnds(before.pools, after.pools)
        (old.certificates, new.certificates) = withoutEqualEnds(before.certificates, after.certificates)
        (old.staticSites, new.staticSites) = withoutEqualEnds(before.staticSites, after.staticSites)
        guard old != new else { return [] }
        // Plans are compared by name, and what is served here may come under another.
        var renamed = new
        renamed.name = old.name
        do {
            var details = try PlanComparison.compare(from: [old], to: [renamed]).flatMap(\.changes).flatMap(details)
            if old.name != new.name {
                details.append(Detail(path: "name", before: .string(old.name), after: .string(new.name)))
            }
            return details.isEmpty ? [whole("in another order")] : details
        } catch {
            // No plan of the planner's lacks a JSON form; one that did would be served all the same.
            return [whole("\(error)")]
        }
    }

    /// Says that the plan differs where no field tells how.
    private static func whole(_ text: String) -> Detail {
        Detail(path: "plan", before: .string("in force"), after: .string(text))
    }

    private static func details(_ change: ElementChange) -> [Detail] {
        let title = change.kind == .settings ? "" : "\(change.kind.rawValue)s[\(change.name)]"
        switch change.action {
        case .create: return [Detail(path: title, before: .absent, after: .string("added"))]
        case .delete: return [Detail(path: title, before: .string("in force"), after: .absent)]
        case .update:
            return change.fields.map { field in
                Detail(
                    path: title.isEmpty ? field.field : "\(title).\(field.field)",
                    before: .optional(field.before.map(\.description)),
                    after: .optional(field.after.map(\.description)))
            }
        }
    }

    /// Both without the elements at their beginnings and at their ends that are equal.
    private static func withoutEqualEnds<Element: Equatable>(
        _ before: [Element], _ after: [Element]
    ) -> ([Element], [Element]) {
        // Spans, since reading an element of an array copies it.
        let (old, new) = (before.span, after.span)
        let shorter = min(old.count, new.count)
        var start = 0
        while start < shorter, old[start] == new[start] { start += 1 }
        var end = 0
        while end < shorter - start, old[old.count - 1 - end] == new[new.count - 1 - end] { end += 1 }
        return (Array(before[start..<(before.count - end)]), Array(after[start..<(after.count - end)]))
    }
}
