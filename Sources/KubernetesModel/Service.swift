/// `v1` Service.
package struct Service: KubernetesObject {
    package static let kind = "Service"
    package static let apiVersion = "v1"
    package static let isNamespaced = true

    package var metadata: ObjectMeta
    package var spec: ServiceSpec
}

package struct ServiceSpec: Hashable, Sendable {
    package enum ServiceType: String, Hashable, Sendable, CaseIterable {
        case clusterIP = "ClusterIP"
        case nodePort = "NodePort"
        case loadBalancer = "LoadBalancer"
        case externalName = "ExternalName"
    }

    package var type: ServiceType = .clusterIP
    /// `None` for a headless Service.
    package var clusterIP: String?
    package var externalName: String?
    package var ports: [ServicePort] = []
    package var selector: [String: String] = [:]
    /// The families of its addresses, the primary one first; empty where nobody has said.
    package var ipFamilies: [IPFamily] = []

    package enum IPFamily: String, Hashable, Sendable, CaseIterable {
        case ipv4 = "IPv4"
        case ipv6 = "IPv6"
    }
}

package struct ServicePort: Hashable, Sendable {
    package var name: String?
    package var port: Int
    package var `protocol`: String = "TCP"
    package var appProtocol: String?
    package var targetPort: TargetPort?
    package var nodePort: Int?
}

/// The port of a Service's pods, by number or by the name of a container port.
package enum TargetPort: Hashable, Sendable {
    case number(Int)
    case name(String)
}
