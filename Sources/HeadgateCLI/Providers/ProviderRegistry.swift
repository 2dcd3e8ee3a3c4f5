package import Provisioning

/// The providers that the commands know, by name. A provider is added with one line here.
package struct ProviderRegistry: Sendable {
    package struct Entry: Sendable {
        package let name: String
        /// The cloud, for people.
        package let title: String
        /// Whether a setting says nothing of the account or of how to get there: plans that differ in such settings alone
        /// share a provider, which isn't told of them.
        package let isOfPlansAlone: @Sendable (_ setting: String) -> Bool
        package let make: @Sendable (ProviderConfiguration) async throws -> any LoadBalancerProvider

        package init(
            name: String,
            title: String,
            isOfPlansAlone: @escaping @Sendable (_ setting: String) -> Bool = { _ in false },
            make: @escaping @Sendable (ProviderConfiguration) async throws -> any LoadBalancerProvider
        ) {
            self.name = name
            self.title = title
            self.isOfPlansAlone = isOfPlansAlone
            self.make = make
        }
    }

    package let entries: [Entry]

    package init(_ entries: [Entry]) {
        self.entries = entries
    }

    /// - Throws: ``CommandFailure`` for a name that no provider has.
    func entry(named name: String) throws(CommandFailure) -> Entry {
        if let entry = entries.first(where: { $0.name == name }) { return entry }
        let known = entries.map(\.name).joined(separator: ", ")
        guard name != "software" else {
            throw CommandFailure(
                "the provider software is the load balancer of headgate up, and is changed by that process alone",
                remedy: "Run headgate up, or name another provider with --provider: \(known).")
        }
        throw CommandFailure("there is no provider \(name)", remedy: "Name one of: \(known).")
    }
}
