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

    /// What stands against planning a load balancer.
    init(provisioning error: any Error, of loadBalancer: String) {
        self.init(provisioning: error)
        guard object == nil else { return }
        object = .loadBalancer(loadBalancer)
        reason = (error as? LoweringError)?.reason ?? "NotPlanned"
    }
}

extension CommandFailure {
    /// The failure with settings that the command line gave by the name of their flag: providers name each as it stands in
    /// the parameters, where nobody would find it.
    ///
    /// - Parameter settings: the names that were given with `--set`.
    func naming(flagsFor settings: Set<String>) -> CommandFailure {
        func named(_ text: String) -> String {
            text.replacing(#/provider\.settings\.([A-Za-z0-9_.\-]*[A-Za-z0-9_\-])/#) { match in
                settings.contains(String(match.1)) ? "--set \(match.1)" : String(match.0)
            }
        }
        return CommandFailure(named(message), remedy: remedy.map(named), about: object, reason: reason)
    }
}

extension ProviderError.Kind {
    /// What helps beside what the message says, which names the remedy of its own case.
    var remedy: String? {
        switch self {
        case .throttled, .unavailable: "This may pass: run again."
        case .unauthenticated, .forbidden, .unexpectedAnswer, .notFound, .alreadyExists, .inUse, .limitExceeded,
            .invalid:
            nil
        }
    }
}
