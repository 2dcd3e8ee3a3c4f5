package import Provisioning

/// What was observed as something to make anew, for Ingresses that are quarantined.
extension AWSResource {
    /// A rule or a listener to which something was added by hand that the provider has no word for isn't made anew: a
    /// rule without its action that authenticates would let everybody in.
    package func recreated(_ link: (ResourceLink) -> ResourceLink) -> AWSResource? {
        switch self {
        case .rule(let spec): spec.others.isEmpty ? .rule(spec.recreated(link)) : nil
        case .listener(let spec): spec.others.isEmpty ? .listener(spec.recreated(link)) : nil
        case .targetGroup(let spec): .targetGroup(spec.recreated(link))
        case .targets(let spec): .targets(TargetsSpec(targetGroup: link(spec.targetGroup), targets: spec.targets))
        // Key material isn't told, and none of these lies in what is replaced.
        case .loadBalancer, .securityGroup, .certificate, .trustStore: nil
        }
    }

    /// Rules for the names below a wildcard are there for those of the wildcard.
    package var isDerived: Bool {
        guard case .rule(let rule) = self else { return false }
        return rule.conditions.areBelowWildcard
    }

    package func yields(to other: AWSResource) -> Bool {
        guard case .rule(let rule) = self, case .rule(let other) = other else { return false }
        return RulePrecedence.yields(rule, to: other)
    }
}

extension RuleSpec {
    fileprivate func recreated(_ link: (ResourceLink) -> ResourceLink) -> RuleSpec {
        var spec = self
        spec.listener = link(listener)
        spec.actions = actions.map { $0.mapLinks(link) }
        return spec
    }
}

extension ListenerSpec {
    fileprivate func recreated(_ link: (ResourceLink) -> ResourceLink) -> ListenerSpec {
        var spec = self
        spec.loadBalancer = link(loadBalancer)
        spec.defaultCertificate = defaultCertificate.map(link)
        spec.certificates = certificates.map(link)
        spec.defaultActions = defaultActions.map { $0.mapLinks(link) }
        spec.mutualAuthentication?.trustStore = mutualAuthentication?.trustStore.map(link)
        return spec
    }
}

extension TargetGroupSpec {
    /// The new one stands beside the old one for a while, so that it needs a name of its own: the same from run to run.
    fileprivate func recreated(_ link: (ResourceLink) -> ResourceLink) -> TargetGroupSpec {
        var spec = self
        let stem = name.split(separator: "-").dropLast().joined(separator: "-")
        spec.name = StableName.name(stem, distinguishedBy: ["last good", name])
        spec.loadBalancer = loadBalancer.map(link)
        return spec
    }
}

extension RuleAction {
    fileprivate func mapLinks(_ transform: (ResourceLink) -> ResourceLink) -> RuleAction {
        guard case .forward(var forward) = self else { return self }
        for index in forward.targetGroups.indices {
            forward.targetGroups[index].targetGroup = transform(forward.targetGroups[index].targetGroup)
        }
        return .forward(forward)
    }
}
