/// `headgate.dev/v1alpha1` IngressParameters: the parameters of a class, in a namespace.
package struct IngressParameters: KubernetesObject {
    package static let kind = "IngressParameters"
    package static let apiVersion = "headgate.dev/v1alpha1"
    package static let isNamespaced = true

    package var metadata: ObjectMeta
    package var spec: IngressParametersSpec
}

/// `headgate.dev/v1alpha1` ClusterIngressParameters: the parameters of a class, of cluster scope.
package struct ClusterIngressParameters: KubernetesObject {
    package static let kind = "ClusterIngressParameters"
    package static let apiVersion = "headgate.dev/v1alpha1"
    package static let isNamespaced = false

    package var metadata: ObjectMeta
    package var spec: IngressParametersSpec
}

/// The parameters of an ingress class. The same schema holds for both kinds and for a ConfigMap, each of whose keys is
/// a field of this type with its value as YAML. What is absent stays at its default.
package struct IngressParametersSpec: Hashable, Sendable {
    package var provider: ProviderParameters?
    package var scheme: Scheme?
    package var sharing: SharingParameters?
    /// Listeners instead of HTTP on 80 and HTTPS on 443.
    package var listeners: [ListenerParameters]?
    package var addressing: AddressingParameters?
    package var tls: TLSParameters?
    /// Whether hosts with TLS answer plain HTTP with a redirect.
    package var redirectToHTTPS: RedirectParameters?
    package var algorithm: Algorithm?
    package var affinity: AffinityParameters?
    package var healthCheck: HealthCheckParameters?
    package var timeouts: TimeoutParameters?
    package var limits: LimitParameters?
    package var defaultBackend: DefaultBackendParameters?
    package var accessLog: AccessLogParameters?
    package var tags: [String: String]?
    /// The defaults of another controller, for those who come from it.
    package var compatibility: Compatibility?
    /// Whether duplicate slashes of a path count as one in matching; true unless set.
    package var mergeSlashes: Bool?

    /// No parameters: every default.
    package init() {}

    package enum Scheme: String, Hashable, Sendable, CaseIterable {
        case internetFacing = "internet-facing"
        case `internal`
    }

    package enum Algorithm: String, Hashable, Sendable, CaseIterable {
        case roundRobin = "round-robin"
        case leastRequests = "least-requests"
    }

    package enum Compatibility: String, Hashable, Sendable, CaseIterable {
        case none
        case ingressNginx = "ingress-nginx"
    }
}

package struct ProviderParameters: Hashable, Sendable {
    /// The provider's name, such as `software` or `aws`.
    package var name: String
    package var settings: [String: String] = [:]
}

package struct SharingParameters: Hashable, Sendable {
    package enum Mode: String, Hashable, Sendable, CaseIterable {
        case `class`, namespace, ingress, group
    }

    package var mode: Mode
    /// The name of the group; present exactly with mode `group`.
    package var group: String?
}

package struct ListenerParameters: Hashable, Sendable {
    package enum ListenerProtocol: String, Hashable, Sendable, CaseIterable {
        case http = "HTTP"
        case https = "HTTPS"
    }

    package var name: String
    package var `protocol`: ListenerProtocol
    package var port: Int
    package var addresses: [String] = []
}

package struct AddressingParameters: Hashable, Sendable {
    package enum Family: String, Hashable, Sendable, CaseIterable {
        case ipv4, ipv6, dualstack
    }

    package var family: Family = .ipv4
    package var addresses: [String] = []
}

package struct TLSParameters: Hashable, Sendable {
    package enum Version: String, Hashable, Sendable, CaseIterable {
        case tls12 = "1.2"
        case tls13 = "1.3"
    }

    /// The oldest version that is accepted; absent for 1.2.
    package var minimumVersion: Version?
    package var defaultCertificate: SecretReference?
}

package struct SecretReference: Hashable, Sendable {
    /// The namespace; absent for that of the parameters object, which one of cluster scope must give.
    package var namespace: String?
    package var name: String
}

package struct RedirectParameters: Hashable, Sendable {
    package var enabled: Bool = true
    package var statusCode: Int = 308
    /// The public HTTPS port; absent for the listener's.
    package var port: Int?
}

package struct AffinityParameters: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case none, cookie
    }

    package var type: Kind
    package var cookieName: String?
    package var maximumAge: Milliseconds?
}

/// A length of time, written in files as a Go duration such as `1m30s` or `500ms`.
package struct Milliseconds: Hashable, Sendable, Comparable {
    package var count: Int

    package init(_ count: Int) {
        self.count = count
    }

    package static func < (left: Milliseconds, right: Milliseconds) -> Bool { left.count < right.count }
}

package struct HealthCheckParameters: Hashable, Sendable {
    package var path: String = "/"
    package var port: Int?
    package var interval: Milliseconds = Milliseconds(10_000)
    package var timeout: Milliseconds = Milliseconds(5_000)
    package var healthyThreshold: Int = 2
    package var unhealthyThreshold: Int = 3
    package var statusCodes: String = "200-399"
}

package struct TimeoutParameters: Hashable, Sendable {
    package var connect: Milliseconds?
    package var read: Milliseconds?
    package var send: Milliseconds?
    package var requestHead: Milliseconds?
    package var requestBody: Milliseconds?
    package var idle: Milliseconds?
}

/// Limits, with sizes in bytes; files write them as Kubernetes quantities such as `10Mi`.
package struct LimitParameters: Hashable, Sendable {
    package var maximumRequestBody: Int?
    package var maximumRequestHead: Int?
    package var maximumConnections: Int?
}

package struct DefaultBackendParameters: Hashable, Sendable {
    /// The namespace of the Service; absent for that of the parameters object, which one of cluster scope must give.
    package var namespace: String?
    package var service: String
    package var port: ServicePortReference
}

package struct AccessLogParameters: Hashable, Sendable {
    package enum Format: String, Hashable, Sendable, CaseIterable {
        case json, common, off
    }

    package var format: Format
}
