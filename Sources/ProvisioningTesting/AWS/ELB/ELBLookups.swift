/// The resources that calls name, and those that hang on each other.
extension CloudCall {
    func loadBalancer(_ arn: String) throws(ServiceFailure) -> AWSWorld.LoadBalancer {
        guard let found = world.loadBalancers[arn] else {
            throw ServiceFailure("LoadBalancerNotFound", "Load balancer '\(arn)' not found")
        }
        return found
    }

    func listener(_ arn: String) throws(ServiceFailure) -> AWSWorld.Listener {
        guard let found = world.listeners[arn] else {
            throw ServiceFailure("ListenerNotFound", "Listener '\(arn)' not found")
        }
        return found
    }

    func rule(_ arn: String) throws(ServiceFailure) -> AWSWorld.Rule {
        guard let found = world.rules[arn] else {
            throw ServiceFailure("RuleNotFound", "Rule '\(arn)' not found")
        }
        return found
    }

    func targetGroup(_ arn: String) throws(ServiceFailure) -> AWSWorld.TargetGroup {
        guard let found = world.targetGroups[arn] else {
            throw ServiceFailure("TargetGroupNotFound", "Target groups '\(arn)' not found")
        }
        return found
    }

    var tagging: TagRules { TagRules(codes: .elb, limit: quotas.tagsPerResource) }

    /// A page of a describing operation of ELBv2.
    func page<Item>(_ items: [Item]) throws(ServiceFailure) -> (items: [Item], next: AWSValue?) {
        let page = try Paging.page(
            items, marker: string("Marker"), size: integer("PageSize"), cap: settings.pageSize,
            invalidMarker: .validation("The marker is not valid"))
        return (page.items, page.next.map { .string($0) })
    }
}

extension AWSWorld {
    /// A load balancer's listeners, by port.
    package func listeners(of loadBalancerARN: String) -> [AWSWorld.Listener] {
        listeners.filter { $0.loadBalancerARN == loadBalancerARN }.sorted { $0.port < $1.port }
    }

    /// A listener's rules in the order of their priority, its default rule last.
    package func rules(of listenerARN: String) -> [AWSWorld.Rule] {
        rules.filter { $0.listenerARN == listenerARN }
            .sorted { ($0.priority ?? .max) < ($1.priority ?? .max) }
    }

    /// The target groups that a load balancer's rules forward to.
    package func targetGroups(of loadBalancerARN: String) -> Set<String> {
        let listeners = Set(listeners(of: loadBalancerARN).map(\.arn))
        return Set(rules.filter { listeners.contains($0.listenerARN) }.flatMap { RuleActions.targetGroups($0.actions) })
    }

    /// The load balancers whose rules forward to a target group.
    package func loadBalancers(using targetGroupARN: String) -> [String] {
        var found: [String] = []
        for rule in rules where RuleActions.targetGroups(rule.actions).contains(targetGroupARN) {
            guard let arn = listeners[rule.listenerARN]?.loadBalancerARN, !found.contains(arn) else { continue }
            found.append(arn)
        }
        return found
    }

    /// The listeners, by their load balancers, that present a certificate.
    package func loadBalancers(presenting certificateARN: String) -> [String] {
        let users = listeners.filter {
            $0.defaultCertificate == certificateARN || $0.certificates.contains(certificateARN)
        }
        return Set(users.map(\.loadBalancerARN)).sorted()
    }
}
