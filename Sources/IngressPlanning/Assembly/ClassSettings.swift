import KubernetesModel
import LoadBalancerModel

/// The parameters of a class in the terms of a plan, with the defaults of the controller that it is compatible with.
struct ClassSettings: Sendable {
    let parameters: ResolvedParameters
    /// The provider where the parameters name none.
    var defaultProvider = PlannerOptions.softwareProvider
    /// Settings of the provider that the command line gives; they go before those of the parameters.
    var overrides: [String: String] = [:]
    /// What annotations ask of the load balancer, on top of the parameters.
    var asked = BalancerDecision()

    private var spec: IngressParametersSpec { parameters.spec }
    private var isNginx: Bool { spec.compatibility == .ingressNginx }

    /// What ingress-nginx does where nothing is configured.
    private enum NginxDefaults {
        /// `proxy-body-size: 1m`
        static let maximumRequestBodyBytes = 1 << 20
        /// `proxy-connect-timeout: 5`
        static let connectMilliseconds = 5000
        /// `proxy-read-timeout: 60`
        static let readMilliseconds = 60_000
        /// `proxy-send-timeout: 60`
        static let sendMilliseconds = 60_000
        /// `client-header-timeout: 60`
        static let requestHeadMilliseconds = 60_000
        /// `client-body-timeout: 60`
        static let requestBodyMilliseconds = 60_000
        /// `keep-alive: 75`
        static let idleMilliseconds = 75_000
        /// `hsts: true`, `hsts-max-age: 31536000`, `hsts-include-subdomains: true`
        static let strictTransportSecurity = "max-age=31536000; includeSubDomains"
    }

    // MARK: The load balancer

    var selectedProvider: String { spec.provider?.name ?? defaultProvider }

    /// Whether the provider is the one that knows what annotations say of load balancers as a whole.
    var isForAWS: Bool { selectedProvider == AnnotationDialect.awsProvider }

    var provider: ProviderSelection {
        ProviderSelection(
            name: selectedProvider, settings: ownSettings.merging(asked.settings) { own, _ in own },
            sources: asked.sources.isEmpty ? nil : asked.sources)
    }

    var scheme: LoadBalancerScheme {
        asked.scheme ?? (spec.scheme == .internal ? .internal : .internetFacing)
    }

    var addressing: Addressing {
        guard let addressing = spec.addressing else { return Addressing(family: asked.family ?? .ipv4) }
        let family: AddressFamily =
            switch addressing.family {
            case .ipv4: .ipv4
            case .ipv6: .ipv6
            case .dualstack: .dualstack
            }
        return Addressing(family: family, addresses: addressing.addresses)
    }

    var listenerSource: ListenerSource {
        if spec.listeners != nil { return .parameters }
        return asked.listeners.isEmpty ? .standard : .annotations
    }

    /// The listeners, ordered by port and name, without what their TLS has of certificates.
    var listeners: [Listener] {
        guard let listeners = spec.listeners else {
            guard asked.listeners.isEmpty else { return asked.listeners.map(listener) }
            return [
                Listener(name: "http", protocol: .http, port: 80),
                Listener(name: "https", protocol: .https, port: 443, tls: ListenerTLS(policy: tlsPolicy)),
            ]
        }
        return listeners.map { listener in
            switch listener.protocol {
            case .http:
                Listener(
                    name: listener.name, protocol: .http, port: listener.port, addresses: listener.addresses)
            case .https:
                Listener(
                    name: listener.name, protocol: .https, port: listener.port, addresses: listener.addresses,
                    tls: ListenerTLS(policy: tlsPolicy))
            }
        }
        .sorted { ($0.port, $0.name) < ($1.port, $1.name) }
    }

    private func listener(_ asked: ListenPort) -> Listener {
        let standard = asked.protocol == .http ? 80 : 443
        return Listener(
            name: asked.port == standard ? asked.protocol.rawValue : "\(asked.protocol.rawValue)-\(asked.port)",
            protocol: asked.protocol, port: asked.port,
            tls: asked.protocol == .https ? ListenerTLS(policy: tlsPolicy) : nil)
    }

    private var tlsPolicy: TLSPolicy {
        TLSPolicy(minimumVersion: spec.tls?.minimumVersion == .tls13 ? .tls13 : .tls12)
    }

    /// Whether there is a listener that terminates TLS.
    var hasHTTPSListener: Bool {
        listeners.contains { $0.protocol == .https }
    }

    /// Whether a redirect that annotations ask for leads to HTTPS: here, or where the parameters say that it is.
    func redirectLeadsSomewhere(port: Int) -> Bool {
        spec.redirectToHTTPS?.port == port || listeners.contains { $0.protocol == .https && $0.port == port }
    }

    /// The Secret of the default certificate, with the object that names it.
    var defaultCertificate: (secret: NamespacedName, source: ObjectReference)? {
        guard let reference = spec.tls?.defaultCertificate else { return nil }
        let namespace = reference.namespace ?? parameters.source.namespace
        return (NamespacedName(namespace: namespace, name: reference.name), parameters.source)
    }

    var attributes: LoadBalancerAttributes {
        LoadBalancerAttributes(
            timeouts: ListenerTimeouts(
                requestHeadMilliseconds: spec.timeouts?.requestHead?.count
                    ?? nginx(NginxDefaults.requestHeadMilliseconds),
                idleMilliseconds: spec.timeouts?.idle?.count ?? nginx(NginxDefaults.idleMilliseconds),
                requestBodyMilliseconds: spec.timeouts?.requestBody?.count
                    ?? nginx(NginxDefaults.requestBodyMilliseconds)),
            limits: LoadBalancerLimits(
                maximumRequestBodyBytes: spec.limits?.maximumRequestBody
                    ?? nginx(NginxDefaults.maximumRequestBodyBytes),
                maximumRequestHeadBytes: spec.limits?.maximumRequestHead,
                maximumConnections: spec.limits?.maximumConnections),
            accessLog: spec.accessLog.map { AccessLogSettings(format: format($0.format)) },
            mergeSlashes: spec.mergeSlashes ?? true,
            tags: (spec.tags ?? [:]).merging(asked.tags) { own, _ in own },
            defaults: compatibilityDefaults)
    }

    /// Those of another controller's defaults that the parameters leave in force.
    private var compatibilityDefaults: CompatibilityDefaults? {
        guard let compatibility = spec.compatibility, isNginx else { return nil }
        func unless(_ given: Any?, _ value: Int) -> Int? { given == nil ? value : nil }
        let times = spec.timeouts
        return CompatibilityDefaults(
            controller: compatibility.rawValue,
            timeouts: ListenerTimeouts(
                requestHeadMilliseconds: unless(times?.requestHead, NginxDefaults.requestHeadMilliseconds),
                idleMilliseconds: unless(times?.idle, NginxDefaults.idleMilliseconds),
                requestBodyMilliseconds: unless(times?.requestBody, NginxDefaults.requestBodyMilliseconds)),
            limits: LoadBalancerLimits(
                maximumRequestBodyBytes: unless(
                    spec.limits?.maximumRequestBody, NginxDefaults.maximumRequestBodyBytes)),
            routeTimeouts: RouteTimeouts(
                connectMilliseconds: unless(times?.connect, NginxDefaults.connectMilliseconds),
                readMilliseconds: unless(times?.read, NginxDefaults.readMilliseconds),
                sendMilliseconds: unless(times?.send, NginxDefaults.sendMilliseconds)))
    }

    private func format(_ format: AccessLogParameters.Format) -> AccessLogSettings.Format {
        switch format {
        case .json: .json
        case .common: .common
        case .off: .off
        }
    }

    private func nginx<Value>(_ value: Value) -> Value? { isNginx ? value : nil }

    // MARK: Its routes and pools

    /// The backend of requests that no Ingress takes, with the object that names it.
    var defaultBackend: (backend: IngressBackend, site: BackendSite)? {
        guard let backend = spec.defaultBackend else { return nil }
        return (
            .service(name: backend.service, port: backend.port),
            BackendSite(
                object: parameters.source, field: "spec.defaultBackend",
                namespace: backend.namespace ?? parameters.source.namespace)
        )
    }

    /// What the pools of an Ingress are like; nil for those of the class and the controller.
    func poolSettings(_ settings: IngressSettings?) -> PoolSettings {
        var asked = settings?.backend ?? BackendSettings()
        asked.protocol = settings?.backendProtocol
        let standard: BalancingAlgorithm = spec.algorithm == .leastRequests ? .leastRequests : .roundRobin
        return PoolSettings(
            asked: asked,
            isForAWS: isForAWS,
            usesNodes: isForAWS && ownSettings["targetType"].map(BackendSettings.isNodes) ?? false,
            speaksGRPC: isForAWS && ownSettings["backendProtocolVersion"].map(BackendSettings.isGRPC) ?? false,
            algorithm: isForAWS ? standard : asked.algorithm ?? standard,
            healthCheck: spec.healthCheck.map { check in
                HealthCheck(
                    path: check.path, port: check.port, intervalMilliseconds: check.interval.count,
                    timeoutMilliseconds: check.timeout.count, healthyThreshold: check.healthyThreshold,
                    unhealthyThreshold: check.unhealthyThreshold, statusCodes: check.statusCodes)
            })
    }

    /// The filters of a route, without its rewrite.
    ///
    /// - Parameters:
    ///   - settings: what the annotations of its Ingress ask for.
    ///   - hasTLS: whether its host has TLS.
    ///   - cookiePath: the path of the affinity cookie where no annotation sets one; nil for the route's.
    func filters(_ settings: IngressSettings, hasTLS: Bool, cookiePath: String?) -> RouteFilters {
        var affinity = settings.affinity.resolved(classAffinity: classAffinity)
        if affinity?.cookiePath == nil { affinity?.cookiePath = cookiePath }
        // On AWS the attributes of target groups say it themselves.
        if !isForAWS { affinity = affinity ?? settings.backend.stickiness }
        return RouteFilters(
            redirectToHTTPS: redirect(settings, hasTLS: hasTLS),
            maximumRequestBodyBytes: settings.maximumRequestBodyBytes,
            timeouts: RouteTimeouts(
                connectMilliseconds: settings.timeouts.connectMilliseconds ?? spec.timeouts?.connect?.count
                    ?? nginx(NginxDefaults.connectMilliseconds),
                readMilliseconds: settings.timeouts.readMilliseconds ?? spec.timeouts?.read?.count
                    ?? nginx(NginxDefaults.readMilliseconds),
                sendMilliseconds: settings.timeouts.sendMilliseconds ?? spec.timeouts?.send?.count
                    ?? nginx(NginxDefaults.sendMilliseconds)),
            affinity: affinity,
            secureResponseHeaders: isNginx && hasTLS
                ? [HeaderValue(name: "Strict-Transport-Security", value: NginxDefaults.strictTransportSecurity)] : [])
    }

    /// Keeps clients at one of the Services of an action.
    ///
    /// - Parameter seconds: for how long; 0 for not at all, nil where the action says nothing.
    func keepClientsAtPool(_ seconds: Int?, filters: inout RouteFilters) {
        guard let seconds else { return }
        if isForAWS {
            filters.poolAffinitySeconds = seconds
        } else if seconds > 0, filters.affinity == nil {
            // The cookie that names the target keeps the client at the Service as well.
            filters.affinity = SessionAffinity(
                cookieName: AffinitySettings.albCookieName, cookiePath: "/", maximumAgeSeconds: seconds)
        }
    }

    private var classAffinity: SessionAffinity? {
        guard let affinity = spec.affinity, affinity.type == .cookie else { return nil }
        let standard = isNginx ? AffinitySettings.nginxCookieName : AffinitySettings.standardCookieName
        return SessionAffinity(
            cookieName: affinity.cookieName ?? standard,
            maximumAgeSeconds: affinity.maximumAge.map { ($0.count + 999) / 1000 })
    }

    private var classRedirectPolicy: IngressSettings.RedirectPolicy {
        spec.redirectToHTTPS.map { $0.enabled ? .hostsWithTLS : .never } ?? (isNginx ? .hostsWithTLS : .never)
    }

    /// A redirect that is asked for regardless of TLS means a TLS terminator further out where the load balancer has
    /// none itself, so that the port is the usual one.
    private func redirect(_ settings: IngressSettings, hasTLS: Bool) -> HTTPSRedirect? {
        let includesChallenges = settings.refusesPlainHTTP ? true : nil
        // What is asked for the load balancer goes after what the Ingress says of itself.
        let askedPort = isForAWS ? asked.redirectPort : settings.askedRedirectPort
        if settings.redirectToHTTPS == nil, let port = askedPort, !isForAWS || redirectLeadsSomewhere(port: port) {
            return HTTPSRedirect(statusCode: 301, port: port, includesChallenges: includesChallenges)
        }
        let policy = settings.redirectToHTTPS ?? classRedirectPolicy
        let applies =
            switch policy {
            case .always: true
            case .hostsWithTLS: hasTLS && hasHTTPSListener
            case .never: false
            }
        guard applies else { return nil }
        return HTTPSRedirect(
            statusCode: spec.redirectToHTTPS?.statusCode ?? 308,
            port: spec.redirectToHTTPS?.port ?? (hasHTTPSListener ? nil : 443), includesChallenges: includesChallenges)
    }
}
