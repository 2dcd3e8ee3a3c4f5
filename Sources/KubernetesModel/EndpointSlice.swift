/// `discovery.k8s.io/v1` EndpointSlice.
package struct EndpointSlice: KubernetesObject {
    package static let kind = "EndpointSlice"
    package static let apiVersion = "discovery.k8s.io/v1"
    package static let isNamespaced = true
    /// The label that names the Service of a slice.
    package static let serviceNameLabel = "kubernetes.io/service-name"

    package enum AddressType: String, Hashable, Sendable, CaseIterable {
        case ipv4 = "IPv4"
        case ipv6 = "IPv6"
        case fqdn = "FQDN"
    }

    package var metadata: ObjectMeta
    package var addressType: AddressType
    package var endpoints: [Endpoint] = []
    package var ports: [EndpointPort] = []
}

package struct Endpoint: Hashable, Sendable {
    package var addresses: [String]
    package var conditions: EndpointConditions = EndpointConditions()
    package var hostname: String?
    package var nodeName: String?
    package var zone: String?
}

/// Conditions of an endpoint; absent ones are unknown, and an unknown `ready` counts as true.
package struct EndpointConditions: Hashable, Sendable {
    package var ready: Bool?
    package var serving: Bool?
    package var terminating: Bool?
}

package struct EndpointPort: Hashable, Sendable {
    package var name: String?
    /// Absent for every port.
    package var port: Int?
    package var `protocol`: String = "TCP"
    package var appProtocol: String?
}
