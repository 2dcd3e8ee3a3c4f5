import Provisioning

/// What an account holds, a line for each thing, without what AWS generates.
package struct AccountInventory: Sendable {
    package let lines: [String]

    package init(_ world: AWSWorld) {
        let names = Self.names(in: world)
        var lines: [String] = []
        for balancer in world.loadBalancers {
            lines.append(
                "load balancer \(balancer.scheme) \(balancer.ipAddressType) \(balancer.zones.map(\.subnetID).sorted()) "
                    + "\(balancer.securityGroups.map { names($0) }.sorted()) \(Self.text(balancer.attributes)) "
                    + "\(world.webACLAssociations[balancer.arn] ?? "") \(Self.text(balancer.tags))")
        }
        for listener in world.listeners {
            lines.append(
                "listener \(names(listener.loadBalancerARN)) \(listener.port) \(listener.protocol) "
                    + "\(listener.sslPolicy ?? "") \(listener.defaultCertificate.map { names($0) } ?? "") "
                    + "\(listener.certificates.map { names($0) }.sorted()) \(names(listener.defaultActions)) "
                    + "\(Self.text(listener.attributes)) \(Self.text(listener.tags))")
        }
        for rule in world.rules {
            lines.append(
                (rule.priority == nil ? "default rule " : "rule ")
                    + "\(names(rule.listenerARN)) \(names(rule.conditions)) \(names(rule.actions)) "
                    + "\(names(rule.transforms)) \(Self.text(ConformanceInventory.tags(rule.tags)))")
        }
        for group in world.targetGroups {
            lines.append(
                "target group \(group.protocol) \(group.protocolVersion) \(group.port) \(group.healthCheck) "
                    + "\(Self.text(group.attributes)) \(group.targets.map { "\($0.id):\($0.port)" }.sorted()) "
                    + Self.text(group.tags))
        }
        for certificate in world.certificates { lines.append("certificate \(Self.text(certificate.tags))") }
        for store in world.trustStores { lines.append("trust store \(store.bundle) \(Self.text(store.tags))") }
        for group in world.securityGroups {
            lines.append(
                "security group \(group.ingress.map(\.key).map(\.description).sorted()) \(Self.text(group.tags))")
        }
        self.lines = lines.sorted()
    }

    /// Puts what a resource is tagged as in the place of its identifier.
    private struct Names {
        var byIdentifier: [String: String] = [:]

        func callAsFunction(_ identifier: String) -> String { byIdentifier[identifier] ?? identifier }

        func callAsFunction(_ values: [AWSValue]) -> String {
            byIdentifier.reduce(Self.text(.list(values))) { $0.replacing($1.key, with: $1.value) }
        }

        /// A value in a form that is the same for equal ones.
        private static func text(_ value: AWSValue) -> String {
            switch value {
            case .structure(let members):
                members.sorted { $0.key < $1.key }.map { "\($0.key)=\(text($0.value))" }.joined(separator: " ")
            case .list(let elements): "[\(elements.map(text).joined(separator: ", "))]"
            case .string(let text): text
            case .integer(let number): "\(number)"
            case .number(let number), .timestamp(let number): "\(number)"
            case .boolean(let truth): "\(truth)"
            case .blob(let bytes): "\(bytes.count) bytes"
            }
        }
    }

    private static func names(in world: AWSWorld) -> Names {
        var names = Names()
        func add(_ identifier: String, _ tags: [String: String]) {
            names.byIdentifier[identifier] = tags[OwnershipTags.Key.resource] ?? "foreign"
        }
        for item in world.loadBalancers { add(item.arn, item.tags) }
        for item in world.listeners { add(item.arn, item.tags) }
        for item in world.targetGroups { add(item.arn, item.tags) }
        for item in world.certificates { add(item.arn, item.tags) }
        for item in world.securityGroups { add(item.id, item.tags) }
        return names
    }

    private static func text(_ pairs: [String: String]) -> String {
        pairs.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    }
}
