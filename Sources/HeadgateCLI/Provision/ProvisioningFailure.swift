import Provisioning

extension CommandFailure {
    /// A failure of a provider or of the engine, as commands show it.
    init(provisioning error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let unavailable as ProviderUnavailable: self.init(unavailable.message, remedy: unavailable.remedy)
        case let lowering as LoweringError: self.init(lowering.message)
        case let failure as ProviderError: self.init(failure.description, remedy: failure.kind.remedy)
        default: self.init(String(describing: error))
        }
    }
}

extension ProviderError.Kind {
    /// What helps in general; a message may say more.
    var remedy: String? {
        switch self {
        case .unauthenticated: "Check the credentials: they may be missing, expired or another account's."
        case .forbidden: "Allow the operation to these credentials; the provider's page has the least policy needed."
        case .throttled, .unavailable: "Run again: what has been done is found and not done twice."
        case .unexpectedAnswer: "Check --endpoint-url and --region: something else than the provider's API answered."
        case .notFound, .alreadyExists, .inUse, .limitExceeded, .invalid: nil
        }
    }
}
