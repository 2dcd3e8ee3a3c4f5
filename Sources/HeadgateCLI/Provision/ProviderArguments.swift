import ArgumentParser
import Provisioning

/// Which provider carries plans out, and how it is reached.
struct ProviderArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The provider that carries the load balancers out.",
            discussion: "Without it, the one that the parameters of each class name.",
            valueName: "name"))
    var provider: String?

    @Option(
        help: ArgumentHelp("The base URL of the provider's API, where it isn't the public one.", valueName: "url"))
    var endpointURL: String?

    @Option(help: ArgumentHelp("The region of the provider.", valueName: "region"))
    var region: String?

    @Option(
        help: ArgumentHelp(
            "The profile of the provider's own configuration files that gives account and settings.",
            discussion: "For aws one of ~/.aws/config, as AWS_PROFILE, over which it wins.",
            valueName: "name"))
    var profile: String?

    @Option(
        name: .customLong("set"),
        parsing: .singleValue,
        help: ArgumentHelp(
            "A setting of the provider, as in the parameters' provider.settings.",
            discussion: "May be repeated; it goes before what the parameters say.",
            valueName: "key=value"),
        transform: ProviderSetting.init)
    var settings: [ProviderSetting] = []

    @Option(
        name: .customLong("trace-api"),
        help: ArgumentHelp("Append one line of JSON for each call of the provider's API.", valueName: "file"),
        completion: .file())
    var traceAPI: String?

    /// No flags at all.
    static var none: ProviderArguments { (try? parse([])) ?? ProviderArguments() }

    /// What a provider is told at its start.
    func configuration(environment: [String: String]) -> ProviderConfiguration {
        ProviderConfiguration(
            endpointURL: endpointURL, region: region, profile: profile, traceFile: traceAPI, environment: environment)
    }

    func validate() throws {
        if provider?.isEmpty == true { throw ValidationError("The name given with --provider is empty.") }
        if region?.isEmpty == true { throw ValidationError("The name given with --region is empty.") }
        if profile?.isEmpty == true { throw ValidationError("The name given with --profile is empty.") }
        if let endpointURL, !endpointURL.hasPrefix("http://"), !endpointURL.hasPrefix("https://") {
            throw ValidationError(
                "--endpoint-url \(endpointURL) is no URL: it must begin with http:// or https://.")
        }
    }
}

/// `--set`.
struct ProviderSetting: Sendable {
    let key: String
    let value: String

    init(_ text: String) throws {
        guard let separator = text.firstIndex(of: "="), separator > text.startIndex else {
            throw ValidationError("--set \(text) is no setting: write key=value.")
        }
        key = String(text[..<separator])
        value = String(text[text.index(after: separator)...])
    }
}
