/// The provider-neutral description of one layer-7 load balancer: what it listens on, which routes it
/// has, and which backends stand behind them.
///
/// A plan is a document (`apiVersion: plan.headgate.dev/v1`, `kind: LoadBalancerPlan`). Its encoding is
/// canonical (see ``PlanEncoding``), so that two plans are equal exactly when their encodings are. It holds no key
/// material: certificates appear by fingerprint, the keys travel apart in ``PlanAssets``.
package struct LoadBalancerPlan: Codable, Hashable, Sendable {
    /// The version of the document that this code writes and reads.
    package static let currentAPIVersion = "plan.headgate.dev/v1"

    /// Always ``currentAPIVersion`` in a valid plan.
    package var apiVersion: String
    /// Always `LoadBalancerPlan` in a valid plan.
    package var kind: String
    /// The stable name of the load balancer: at most 32 characters of `[a-z0-9-]`.
    package var name: String
    /// Who owns the load balancer, and what it is shared by.
    package var identity: LoadBalancerIdentity
    /// The provider that carries the plan out.
    package var provider: ProviderSelection
    /// Whether the load balancer is reachable from the internet.
    package var scheme: LoadBalancerScheme
    /// The address family and the addresses asked for.
    package var addressing: Addressing
    /// What the load balancer listens on, ordered by port and then name.
    package var listeners: [Listener]
    /// Whether ``listeners`` were asked for by parameters, or are the default pair.
    package var listenerSource: ListenerSource
    /// The certificates that the listeners refer to, ordered by fingerprint.
    package var certificates: [CertificateReference]
    /// The certificates that the listeners can't refer to, ordered by Secret and host; absent where there are none. What a
    /// provider took over from their Secrets last goes on being served.
    package var absentCertificates: [AbsentCertificate]?
    /// The routes in precedence order: of two that match a request, the first wins.
    package var routes: [Route]
    /// The backend pools that the routes refer to, ordered by name.
    package var pools: [BackendPool]
    /// The nodes that pools with a ``BackendPool/nodePort`` are reached by, ordered by name; absent where there is no such
    /// pool, and where the nodes of the cluster aren't known.
    package var nodes: [ClusterNode]?
    /// The static sites that the routes refer to, ordered by name.
    package var staticSites: [StaticSite]
    /// Settings of the load balancer as a whole.
    package var attributes: LoadBalancerAttributes
    /// Ingresses whose routes the plan lacks until they agree with the others; absent where there are none. What a
    /// provider has of them stays as it is.
    package var withheld: [WithheldIngress]?
    /// The guards that only ``withheld`` Ingresses ask for, and the scheme where the oldest Ingress decides it without stating
    /// it, in the order of their declaration; absent where there are none.
    /// Where the load balancer exists they stay as they stand there, so that nothing opens because an Ingress is left out.
    package var unsettledGuards: [LoadBalancerGuard]?
    /// Ingresses that the provider can't take, whose routes the plan lacks, so that it has those that theirs would displace;
    /// absent where there are none. What a provider has of them stays as it is.
    package var refused: [RefusedIngress]?
    /// What answers requests to a host that only Ingresses have rules for which are left out, where their rules don't; absent
    /// where it is what answers those to hosts without rules, and where nobody is left out.
    package var hostFallback: Route?

    package init(
        apiVersion: String = LoadBalancerPlan.currentAPIVersion,
        kind: String = "LoadBalancerPlan",
        name: String,
        identity: LoadBalancerIdentity,
        provider: ProviderSelection = ProviderSelection(name: "software"),
        scheme: LoadBalancerScheme = .internetFacing,
        addressing: Addressing = Addressing(),
        listeners: [Listener],
        listenerSource: ListenerSource = .standard,
        certificates: [CertificateReference] = [],
        absentCertificates: [AbsentCertificate]? = nil,
        routes: [Route] = [],
        pools: [BackendPool] = [],
        nodes: [ClusterNode]? = nil,
        staticSites: [StaticSite] = [],
        attributes: LoadBalancerAttributes = LoadBalancerAttributes(),
        withheld: [WithheldIngress]? = nil,
        unsettledGuards: [LoadBalancerGuard]? = nil,
        refused: [RefusedIngress]? = nil,
        hostFallback: Route? = nil
    ) {
        self.apiVersion = apiVersion
        self.kind = kind
        self.name = name
        self.identity = identity
        self.provider = provider
        self.scheme = scheme
        self.addressing = addressing
        self.listeners = listeners
        self.listenerSource = listenerSource
        self.certificates = certificates
        self.absentCertificates = absentCertificates
        self.routes = routes
        self.pools = pools
        self.nodes = nodes
        self.staticSites = staticSites
        self.attributes = attributes
        self.withheld = withheld
        self.unsettledGuards = unsettledGuards
        self.refused = refused
        self.hostFallback = hostFallback
    }

    /// The plan as it may be printed.
    package var redacted: LoadBalancerPlan {
        var redacted = self
        redacted.provider = provider.redacted
        for index in redacted.pools.indices {
            redacted.pools[index].settings = pools[index].settings.map(SecretNames.redacted)
        }
        return redacted
    }

    /// The Ingresses that it has routes of, or leaves out, as `namespace/name`.
    package var ingresses: Set<String> {
        Set(routes.compactMap(\.ingress)).union((withheld ?? []).map(\.ingress)).union((refused ?? []).map(\.ingress))
    }
}

/// An Ingress that contradicts the others of its load balancer on what guards it, or whose own guards can't be read, so
/// that none of its routes is in the plan.
package struct WithheldIngress: Codable, Hashable, Sendable {
    /// `namespace/name`.
    package var ingress: String
    /// A short, stable label in upper camel case.
    package var reason: String
    /// What stands against what, and the remedy.
    package var message: String
    /// The guards of it that can't be read; absent where it is withheld for another reason.
    package var unreadableGuards: [LoadBalancerGuard]?
    /// What may be its guards of this load balancer, where its load balancer can't be told; absent otherwise. Where anything
    /// of the Ingress exists on it they stay as they stand.
    package var undecidedGuards: [LoadBalancerGuard]?
    /// The pools of the plan that its routes would forward to, which follow its Services while what it had last is
    /// served; absent where there are none.
    package var pools: [WithheldPool]?

    package init(
        ingress: String, reason: String, message: String, unreadableGuards: [LoadBalancerGuard]? = nil,
        undecidedGuards: [LoadBalancerGuard]? = nil, pools: [WithheldPool]? = nil
    ) {
        self.ingress = ingress
        self.reason = reason
        self.message = message
        self.unreadableGuards = unreadableGuards
        self.undecidedGuards = undecidedGuards
        self.pools = pools
    }
}

/// An Ingress that agrees with the others of its load balancer, and that the provider can't take.
package struct RefusedIngress: Codable, Hashable, Sendable {
    /// `namespace/name`.
    package var ingress: String
    /// A short, stable label in upper camel case.
    package var reason: String
    /// What the provider can't do, with the value at fault and the remedy.
    package var message: String
    /// The hosts that it asks for, sorted; absent where there are none.
    package var hosts: [String]?
    /// The pools of the plan that its routes would forward to, which follow its Services while what it had last is
    /// served; absent where there are none.
    package var pools: [WithheldPool]?

    package init(
        ingress: String, reason: String, message: String, hosts: [String]? = nil, pools: [WithheldPool]? = nil
    ) {
        self.ingress = ingress
        self.reason = reason
        self.message = message
        self.hosts = hosts
        self.pools = pools
    }
}

/// A pool that an Ingress which is left out would use.
package struct WithheldPool: Codable, Hashable, Sendable {
    /// The name of one of the plan's pools.
    package var pool: String
    /// The session affinity of the routes that would use it.
    package var affinity: SessionAffinity?

    package init(pool: String, affinity: SessionAffinity? = nil) {
        self.pool = pool
        self.affinity = affinity
    }
}

/// What a load balancer belongs to: the key from which its name and its ownership tags derive.
package struct LoadBalancerIdentity: Codable, Hashable, Sendable {
    /// The cluster: the UID of the `kube-system` namespace, or a name given by flag; `local` for files that have neither.
    package var cluster: String
    /// The name of the ingress class.
    package var ingressClass: String
    /// The group within the class: empty when the whole class shares one load balancer.
    package var group: String

    package init(cluster: String, ingressClass: String, group: String = "") {
        self.cluster = cluster
        self.ingressClass = ingressClass
        self.group = group
    }
}

/// The provider that a plan is for, with the settings that only this provider understands.
package struct ProviderSelection: Codable, Hashable, Sendable {
    /// The provider's name in the registry, such as `software` or `aws`.
    package var name: String
    /// Settings of the provider, passed on as they stand in the parameters.
    package var settings: [String: String]
    /// Who asks for a setting, by its name, where that isn't the parameters; absent where all are theirs. A tag of the
    /// load balancer has the name ``tagPrefix`` and its key, a certificate ``certificatePrefix`` and its ARN, the scheme
    /// ``scheme``, a port ``listenerPrefix`` and its number, the address family ``addressFamily``, and a redirect of all plain HTTP ``redirectToHTTPS``.
    package var sources: [String: SettingSource]?

    package init(name: String, settings: [String: String] = [:], sources: [String: SettingSource]? = nil) {
        self.name = name
        self.settings = settings
        self.sources = sources
    }

    /// What stands before the key of a tag in ``sources``.
    package static let tagPrefix = "tags."
    /// The name of the scheme in ``sources``.
    package static let scheme = "scheme"
    /// What stands before the number of a port in ``sources``.
    package static let listenerPrefix = "listeners."
    /// The name of the address family in ``sources``.
    package static let addressFamily = "addressing.family"
    /// The name in ``sources`` of a redirect to HTTPS that is for all routes of the load balancer.
    package static let redirectToHTTPS = "redirectToHTTPS"

    /// What stands before the ARN of a certificate in ``sources``, where several Ingresses name certificates.
    package static let certificatePrefix = "certificateARNs."

    /// The provider, and its settings without the values of those that are called after secrets.
    package var redacted: ProviderSelection {
        var redacted = self
        redacted.settings = SecretNames.redacted(settings)
        return redacted
    }

    /// The settings that the parameters state themselves.
    package var ownSettings: [String: String] { settings.filter { sources?[$0.key] == nil } }
}

/// The Ingresses that ask for something of their load balancer, and where.
package struct SettingSource: Codable, Hashable, Sendable, CustomStringConvertible {
    /// As `namespace/name`, the one that comes first in front; those behind it ask for the same.
    package var ingresses: [String]
    /// The field, such as `metadata.annotations[alb.ingress.kubernetes.io/subnets]`.
    package var field: String
    /// Whether it guards the load balancer, so that none of these Ingresses may be served without it.
    package var isGuarding: Bool

    package init(ingresses: [String], field: String, isGuarding: Bool = false) {
        self.ingresses = ingresses
        self.field = field
        self.isGuarding = isGuarding
    }

    /// `Ingress shop/a, metadata.annotations[…]`.
    package var description: String {
        "\(ingresses.count == 1 ? "Ingress" : "Ingresses") \(ingresses.joined(separator: " and ")), \(field)"
    }
}

/// Whether a load balancer has a public or a private address.
package enum LoadBalancerScheme: String, Codable, Hashable, Sendable, CaseIterable {
    case internetFacing = "internet-facing"
    case `internal`
}

/// Where the listeners of a plan come from.
package enum ListenerSource: String, Codable, Hashable, Sendable {
    /// The default pair: HTTP on 80 and HTTPS on 443.
    case standard
    /// The `listeners` of the class's parameters.
    case parameters
    /// Annotations of its Ingresses.
    case annotations
}

/// The address family of a load balancer and the addresses that it should have.
package struct Addressing: Codable, Hashable, Sendable {
    package var family: AddressFamily
    /// Addresses, or allocation names of the provider, that were asked for; empty when the provider chooses.
    package var addresses: [String]

    package init(family: AddressFamily = .ipv4, addresses: [String] = []) {
        self.family = family
        self.addresses = addresses
    }
}

/// The address families that a load balancer is reached by.
package enum AddressFamily: String, Codable, Hashable, Sendable, CaseIterable {
    case ipv4, ipv6, dualstack
}
