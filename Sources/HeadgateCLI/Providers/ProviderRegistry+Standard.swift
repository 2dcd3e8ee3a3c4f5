import AWSProvider

extension ProviderRegistry {
    /// The providers of this program.
    package static let standard = ProviderRegistry([
        Entry(
            name: "aws", title: "Application Load Balancers of AWS", isOfPlansAlone: AWSSettings.isOfPlansAlone
        ) { try await AWSProvider.make($0) }
    ])
}
