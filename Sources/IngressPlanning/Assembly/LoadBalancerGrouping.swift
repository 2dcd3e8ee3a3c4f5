import KubernetesModel
import LoadBalancerModel

/// Divides the Ingresses that are Headgate's into load balancers.
struct LoadBalancerGrouping {
    let snapshot: ClusterSnapshot
    let options: PlannerOptions

    /// What the Ingresses come to.
    struct Groups {
        /// The load balancers to be planned, ordered by class and group.
        var drafts: [LoadBalancerDraft]
        /// The parameters to be remembered.
        var memory: ParametersMemory
        /// The class of each Ingress that is Headgate's.
        var claimed: [NamespacedName: String]
        /// The class of each Ingress whose load balancer can't be told, as `namespace/name`.
        var unplaced: [String: String]
    }

    func group(memory: ParametersMemory, log: inout DiagnosticLog) -> Groups {
        let classes = ClassResolution(snapshot: snapshot, options: options)
        let claimed = snapshot.ingresses.compactMap { ingress in
            classes.resolve(ingress, log: &log).map { (ingress: ingress, className: $0) }
        }
        let names = Set(classes.ownClasses).union(claimed.map(\.className)).sorted()
        var remembered = ParametersMemory()
        let resolution = ParameterResolution(snapshot: snapshot)
        for name in names {
            remembered.classes[name] = resolution.resolve(
                className: name, lastGood: memory.classes[name], log: &log)
        }
        let classSettings = remembered.classes.mapValues { ClassSettings($0, options) }
        var drafts: [LoadBalancerIdentity: LoadBalancerDraft] = [:]
        var ungrouped: [(member: Member, standard: LoadBalancerDraft)] = []
        let cluster = options.clusterIdentity(of: snapshot) ?? PlannerOptions.unnamedCluster
        for (ingress, className) in claimed {
            guard let own = classSettings[className] else {
                reportUnresolved(ingress, className: className, log: &log)
                continue
            }
            var (settings, findings) = AnnotationTable.read(ingress)
            log.append(contentsOf: findings)
            let sharing = own.parameters.spec.sharing
            let identity = LoadBalancerIdentity(
                cluster: cluster, ingressClass: className,
                group: Sharing.group(of: ingress, settings: settings, sharing: sharing, log: &log))
            let draft = LoadBalancerDraft(identity: identity, settings: own, members: [])
            let isUnplaced = own.isForAWS && Sharing.isUnknown(settings, sharing: sharing)
            if !isUnplaced { settings.forgetUnreadableGroup() }
            if own.isForAWS { addMissingProtection(of: ingress, to: &settings, log: &log) }
            let member = Member(ingress: ingress, settings: settings, isUnplaced: isUnplaced)
            if isUnplaced {
                ungrouped.append((member, draft))
            } else {
                drafts[identity, default: draft].members.append(member)
            }
        }
        for (member, standard) in ungrouped { Self.add(member, toEachOf: &drafts, else: standard) }
        for identity in drafts.keys { drafts[identity]?.sortMembers(log: &log) }
        let ordered = drafts.values.sorted {
            ($0.identity.ingressClass, $0.identity.group) < ($1.identity.ingressClass, $1.identity.group)
        }
        return Groups(
            drafts: ordered, memory: remembered,
            claimed: Dictionary(claimed.map { ($0.ingress.namespacedName, $0.className) }) { first, _ in first },
            unplaced: Dictionary(ungrouped.map { ($0.member.name, $0.standard.identity.ingressClass) }) { first, _ in
                first
            })
    }

    private func addMissingProtection(of ingress: Ingress, to settings: inout IngressSettings, log: inout DiagnosticLog)
    {
        for missing in ServiceProtection.missing(of: ingress, settings, in: snapshot) {
            log.add(
                .error, "UnsupportedAnnotation", on: ingress.reference, field: "spec",
                "The Ingress is left out. \(missing.message)",
                remedy: "mend the Service, or take its paths out of the Ingress")
            settings.balancer.unmet.append(missing)
        }
    }

    /// Adds an Ingress that may be of any group of its class to all of them: it is left out of each, and keeps what it has.
    private static func add(
        _ member: Member, toEachOf drafts: inout [LoadBalancerIdentity: LoadBalancerDraft],
        else standard: LoadBalancerDraft
    ) {
        let ofClass = drafts.keys.filter { $0.ingressClass == standard.identity.ingressClass }
        for identity in ofClass.isEmpty ? [standard.identity] : ofClass {
            drafts[identity, default: standard].members.append(member)
        }
    }

    private func reportUnresolved(_ ingress: Ingress, className: String, log: inout DiagnosticLog) {
        log.add(
            .error, "ParametersNotResolved", on: ingress.reference, field: "spec.ingressClassName",
            "The parameters of the class '\(className)' cannot be used, and nothing of the class is provisioned or "
                + "changed until they can",
            value: className, remedy: "see what is said of the IngressClass '\(className)'")
    }
}
