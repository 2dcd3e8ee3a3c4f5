/// What is known beside two versions of a resource whose guards are compared.
package struct GuardSurroundings<Resource: ProvisionedResource>: Sendable {
    /// What may serve requests: resources that exist, and what they become.
    package var serving: [Resource]
    /// The identifiers of the desired resources that exist.
    package var identifiers: [ResourceReference: String]

    package init(serving: [Resource], identifiers: [ResourceReference: String]) {
        self.serving = serving
        self.identifiers = identifiers
    }

    /// A link in the form in which what exists has it.
    package func resolved(_ link: ResourceLink) -> ResourceLink {
        guard case .resource(let reference) = link, let identifier = identifiers[reference] else { return link }
        return .identifier(identifier)
    }
}
