import LoadBalancerModel

/// The values that the annotations of one dialect state. An annotation that is absent or malformed states nothing.
struct AnnotationValues: Sendable {
    var usesRegularExpressions: Stated<Bool>?
    var rewriteTarget: Stated<String>?
    var replacedPrefix: Stated<String>?
    /// The native redirect, always or never.
    var redirectToHTTPS: Stated<Bool>?
    /// ingress-nginx's redirect of hosts with a certificate.
    var sslRedirect: Stated<Bool>?
    /// ingress-nginx's redirect of every host.
    var forceSSLRedirect: Stated<Bool>?
    var backendProtocol: Stated<BackendProtocol>?
    var maximumRequestBodyBytes: Stated<Int>?
    var connectMilliseconds: Stated<Int>?
    var readMilliseconds: Stated<Int>?
    var sendMilliseconds: Stated<Int>?
    var affinity: Stated<AffinitySettings.Kind>?
    var cookieName: Stated<String>?
    var cookiePath: Stated<String>?
    var cookieMaximumAgeSeconds: Stated<Int>?
    var group: Stated<String>?
    var groupOrder: Stated<Int>?
    /// Whether the security groups of nodes and pods are managed; never true.
    var managesBackendSecurityGroups: Stated<Bool>?
    /// What is said of the paths whose backend has a name.
    var routing = RoutingSettings()
    /// What is asked of backends, apart from their protocol.
    var backends = StatedBackendSettings()
    /// What is asked of the load balancer as a whole.
    var balancer = BalancerSettings()
}

/// A value and the annotation that states it.
struct Stated<Value: Hashable & Sendable>: Hashable, Sendable {
    var value: Value
    /// The whole key of the annotation.
    var key: String
}
