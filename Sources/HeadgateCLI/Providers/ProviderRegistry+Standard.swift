extension ProviderRegistry {
    /// The providers of this program.
    package static let standard = ProviderRegistry([])
}
