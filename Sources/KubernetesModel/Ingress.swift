/// `networking.k8s.io/v1` Ingress.
package struct Ingress: KubernetesObject {
    package static let kind = "Ingress"
    package static let apiVersion = "networking.k8s.io/v1"
    package static let isNamespaced = true

    package var metadata: ObjectMeta
    package var spec: IngressSpec
    package var status: IngressStatus = IngressStatus()
}

package struct IngressSpec: Hashable, Sendable {
    package var ingressClassName: String?
    package var defaultBackend: IngressBackend?
    package var tls: [IngressTLS] = []
    package var rules: [IngressRule] = []
}

package struct IngressTLS: Hashable, Sendable {
    package var hosts: [String] = []
    package var secretName: String?
}

package struct IngressRule: Hashable, Sendable {
    /// Absent for a rule without a host.
    package var host: String?
    /// Empty for a rule without `http`.
    package var paths: [IngressPath] = []
}

package struct IngressPath: Hashable, Sendable {
    package enum PathType: String, Hashable, Sendable, CaseIterable {
        case exact = "Exact"
        case prefix = "Prefix"
        case implementationSpecific = "ImplementationSpecific"
    }

    /// Empty where `ImplementationSpecific` leaves it out.
    package var path: String = ""
    package var pathType: PathType
    package var backend: IngressBackend
}

/// A backend: a Service or an object of another kind in the namespace of the Ingress.
package enum IngressBackend: Hashable, Sendable {
    case service(name: String, port: ServicePortReference)
    case resource(TypedObjectReference)
}

/// A port of a Service as an Ingress names it.
package enum ServicePortReference: Hashable, Sendable, CustomStringConvertible {
    case number(Int)
    case name(String)

    package var description: String {
        switch self {
        case .number(let number): "\(number)"
        case .name(let name): name
        }
    }
}

/// An object by group, kind and name.
package struct TypedObjectReference: Hashable, Sendable {
    /// Empty for the core group.
    package var apiGroup: String = ""
    package var kind: String
    package var name: String
}

package struct IngressStatus: Hashable, Sendable {
    package var loadBalancer: [IngressLoadBalancerEntry] = []

    package init(loadBalancer: [IngressLoadBalancerEntry] = []) {
        self.loadBalancer = loadBalancer
    }
}

/// An address in `status.loadBalancer.ingress`.
package struct IngressLoadBalancerEntry: Hashable, Sendable, Codable {
    package var ip: String?
    package var hostname: String?
    package var ports: [IngressPortStatus]?

    package init(ip: String? = nil, hostname: String? = nil, ports: [IngressPortStatus]? = nil) {
        self.ip = ip
        self.hostname = hostname
        self.ports = ports
    }
}

package struct IngressPortStatus: Hashable, Sendable, Codable {
    package var port: Int
    package var `protocol`: String
    package var error: String?

    package init(port: Int, protocol: String = "TCP", error: String? = nil) {
        self.port = port
        self.protocol = `protocol`
        self.error = error
    }
}
