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
    /// What helps beside what the message says, which names the remedy of its own case.
    var remedy: String? {
        switch self {
        case .throttled, .unavailable: "This may pass: run again. What has been done is found and not done twice."
        case .unauthenticated, .forbidden, .unexpectedAnswer, .notFound, .alreadyExists, .inUse, .limitExceeded,
            .invalid:
            nil
        }
    }
}
