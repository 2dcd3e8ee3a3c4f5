internal import LoadBalancerModel
internal import Provisioning

/// What exists of a load balancer, as far as lowering keeps to it: what serves isn't moved for what came to stand beside it.
package struct StandingResources: Hashable, Sendable {
    private var subnets: [Place: [String]] = [:]
    private var addressTypes: [ResourceReference: String] = [:]
    private var lentNames: Set<String> = []
    /// Where target groups are in use, by their names.
    private var users: [String: Set<Place>] = [:]
    private var guards: [Place: StandingGuards] = [:]
    /// Those of HTTPS, the lowest port first.
    private var listeners: [SecureListener] = []
    /// All of them, the lowest port first; of several load balancers each port once.
    private(set) var ports: [StandingPort] = []
    private(set) var redirects = StandingRedirects()
    private(set) var holdings = StandingHoldings()
    private var rules: [ResourceReference: [StandingRules.Rule]] = [:]
    /// Those that were imported from Secrets.
    private(set) var importedCertificates: [ImportedCertificate] = []

    /// A certificate in ACM that was imported from a Secret.
    struct ImportedCertificate: Hashable {
        var reference: ResourceReference
        var arn: String
        var fingerprint: String
        /// The Ingress that it is for, where it is for one alone.
        var ingress: String?
    }

    /// A port that is listened on.
    struct StandingPort: Hashable {
        /// The name of the listener in its plan.
        var name: String
        var port: Int
        var isSecure: Bool
    }

    /// Two load balancers of one reference stand beside each other while one takes the place of the other.
    private struct Place: Hashable {
        var reference: ResourceReference
        var scheme: String
    }

    private struct SecureListener: Hashable {
        var port: Int
        var securityPolicy: String?
        var standard: ResourceLink?
        var others: [ResourceLink]
    }

    package init() {}

    init(_ observed: ObservedGraph<AWSResource>) {
        let resources = observed.resources.sorted { $0.identifier < $1.identifier }
        var own: [ResourceLink: Place] = [:]
        for resource in resources {
            guard case .loadBalancer(let spec) = resource.resource else { continue }
            let place = Place(reference: resource.reference, scheme: spec.scheme)
            own[.identifier(resource.identifier)] = place
            subnets[place] = subnets[place] ?? spec.subnets
            guards[place] = guards[place] ?? StandingGuards(resource, spec, in: observed)
        }
        for resource in resources {
            if case .listener(let spec) = resource.resource, own[spec.loadBalancer] != nil {
                add(StandingPort(resource.reference, spec))
            }
            switch resource.resource {
            case .listener(let spec) where spec.protocol == "HTTPS" && own[spec.loadBalancer] != nil:
                listeners.append(
                    SecureListener(
                        port: spec.port, securityPolicy: spec.sslPolicy, standard: spec.defaultCertificate,
                        others: spec.certificates))
            case .certificate(let spec):
                importedCertificates.append(
                    ImportedCertificate(
                        reference: resource.reference, arn: resource.identifier, fingerprint: spec.fingerprint,
                        ingress: resource.member))
            default: break
            }
        }
        redirects = StandingRedirects(observed, of: Set(own.keys))
        holdings = StandingHoldings(observed)
        addRules(resources)
        listeners.sort { $0.port < $1.port }
        ports.sort { $0.port < $1.port }
        addTargetGroups(resources, of: own)
    }

    private mutating func addTargetGroups(
        _ resources: [ObservedResource<AWSResource>], of own: [ResourceLink: Place]
    ) {
        for resource in resources {
            guard case .targetGroup(let spec) = resource.resource else { continue }
            addressTypes[resource.reference] = addressTypes[resource.reference] ?? spec.ipAddressType
            guard case .identifier? = spec.loadBalancer, let link = spec.loadBalancer else { continue }
            if let place = own[link] {
                users[spec.name, default: []].insert(place)
            } else {
                lentNames.insert(spec.name)
            }
        }
    }

    private mutating func addRules(_ resources: [ObservedResource<AWSResource>]) {
        let listeners = resources.reduce(into: [ResourceLink: ResourceReference]()) { listeners, resource in
            if case .listener = resource.resource { listeners[.identifier(resource.identifier)] = resource.reference }
        }
        for resource in resources {
            guard case .rule(let spec) = resource.resource, let ingress = resource.member,
                let listener = listeners[spec.listener]
            else { continue }
            rules[listener, default: []].append(StandingRules.Rule(spec, of: ingress))
        }
    }

    /// The rules of a listener that are for single Ingresses.
    func rules(of listener: ResourceReference) -> [StandingRules.Rule] { rules[listener] ?? [] }

    private mutating func add(_ port: StandingPort) {
        if !ports.contains(where: { $0.port == port.port }) { ports.append(port) }
    }

    /// The subnets of a load balancer of a scheme; empty where there is none.
    func subnets(of loadBalancer: ResourceReference, scheme: String) -> [String] {
        subnets[Place(reference: loadBalancer, scheme: scheme)] ?? []
    }

    /// The scheme of the load balancers, the private one where there are both; nil where there are none.
    var scheme: LoadBalancerScheme? {
        let schemes = Set(guards.keys.map(\.scheme))
        return [LoadBalancerScheme.internal, .internetFacing].first { schemes.contains($0.rawValue) }
    }

    /// What guards a load balancer; of one that isn't there yet, what guards the one that it comes beside.
    func guards(of loadBalancer: ResourceReference, scheme: String) -> StandingGuards? {
        if let own = guards[Place(reference: loadBalancer, scheme: scheme)] { return own }
        let others = guards.sorted {
            ($0.key.reference != loadBalancer ? 1 : 0, $0.key.reference, $0.key.scheme)
                < ($1.key.reference != loadBalancer ? 1 : 0, $1.key.reference, $1.key.scheme)
        }
        return others.first?.value
    }

    /// The certificate that serves clients without a server name, where it is none that was imported from a Secret.
    var namedDefaultCertificate: String? {
        listeners.lazy.compactMap { listener -> String? in
            guard case .identifier(let arn)? = listener.standard else { return nil }
            return importedCertificates.contains { $0.arn == arn } ? nil : arn
        }.first
    }

    /// The certificates that listeners present and that weren't imported from Secrets, the default one first.
    var namedCertificates: [String] {
        var named: [String] = []
        for case .identifier(let arn) in listeners.flatMap({ [$0.standard].compactMap(\.self) + $0.others })
        where !named.contains(arn) && !importedCertificates.contains(where: { $0.arn == arn }) {
            named.append(arn)
        }
        return named
    }

    /// What was imported from a Secret last; nil where nothing was.
    func imported(from secret: String) -> ImportedCertificate? {
        importedCertificates.first { $0.reference.name == secret }
    }

    /// Whether clients without a server name get what was imported from a Secret.
    func isDefault(importedFrom reference: ResourceReference) -> Bool {
        let arns = importedCertificates.filter { $0.reference == reference }.map { ResourceLink.identifier($0.arn) }
        return listeners.contains { listener in listener.standard.map(arns.contains) ?? false }
    }

    /// Whether a listener presents a certificate already.
    func presents(certificate arn: String) -> Bool {
        listeners.contains { $0.standard == .identifier(arn) || $0.others.contains(.identifier(arn)) }
    }

    /// Whether a listener has a security policy already.
    func has(securityPolicy: String) -> Bool { listeners.contains { $0.securityPolicy == securityPolicy } }

    /// Whether a load balancer is associated with a web ACL already.
    func isAssociated(withWebACL arn: String) -> Bool { guards.values.contains { $0.webACL == .associated(arn) } }

    /// `ipv4` or `ipv6`; nil where there is no such target group.
    func addressType(ofTargetGroup reference: ResourceReference) -> String? { addressTypes[reference] }

    /// Whether a target group has a name that another load balancer uses, somebody else's or one that is replaced, so that it
    /// can't be used here.
    func isLent(targetGroup name: String, besides loadBalancer: ResourceReference, scheme: String) -> Bool {
        let place = Place(reference: loadBalancer, scheme: scheme)
        return lentNames.contains(name) || users[name]?.contains { $0 != place } ?? false
    }
}

extension StandingResources.StandingPort {
    init(_ reference: ResourceReference, _ spec: ListenerSpec) {
        // One of several load balancers has its own name in front.
        name = reference.name.split(separator: ".").last.map(String.init) ?? reference.name
        port = spec.port
        isSecure = spec.protocol == "HTTPS"
    }
}
