/// A node of the cluster that takes requests on the node ports of Services.
package struct ClusterNode: Codable, Hashable, Sendable {
    package var name: String
    /// What the cloud calls it, such as `aws:///eu-central-1a/i-0123456789abcdef0`; absent where the cluster doesn't say.
    package var providerID: String?
    /// Its addresses within the cluster's network, IPv4 or IPv6 without brackets.
    package var addresses: [String]
    package var labels: [String: String]

    package init(name: String, providerID: String? = nil, addresses: [String] = [], labels: [String: String] = [:]) {
        self.name = name
        self.providerID = providerID
        self.addresses = addresses
        self.labels = labels
    }
}
