import AWSProvider

extension ProviderRegistry {
    /// The providers of this program.
    package static let standard = ProviderRegistry([
        Entry(name: "aws", title: "Application Load Balancers of AWS") { try await AWSProvider.make($0) }
    ])
}
