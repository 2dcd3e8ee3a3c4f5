/// Where the services of a region are called.
package struct AWSEndpoints: Hashable, Sendable {
    package let region: AWSRegion
    /// Endpoints that were asked for, by service; they come before any rule.
    private let overrides: [AWSService: String]
    private let usesFIPS: Bool
    private let usesDualStack: Bool
    /// Whether STS is asked at its global endpoint, where AWS's tools once did.
    private let usesLegacySTS: Bool

    /// - Parameters:
    ///   - region: The region whose endpoints are wanted.
    ///   - overrides: Endpoints that stand in for AWS's own, by service.
    ///   - usesFIPS: Whether endpoints with validated cryptography are wanted.
    ///   - usesDualStack: Whether endpoints that answer IPv6 as well are wanted.
    ///   - usesLegacySTS: Whether STS is wanted at its global endpoint, in the regions that were there before its
    ///     regional ones.
    package init(
        region: AWSRegion,
        overrides: [AWSService: String] = [:],
        usesFIPS: Bool = false,
        usesDualStack: Bool = false,
        usesLegacySTS: Bool = false
    ) {
        self.region = region
        self.overrides = overrides
        self.usesFIPS = usesFIPS
        self.usesDualStack = usesDualStack
        self.usesLegacySTS = usesLegacySTS
    }

    /// The endpoints of a region by the settings of `configuration` and of the command line.
    ///
    /// An endpoint is, in this order: `--endpoint-url`, `AWS_ENDPOINT_URL_<SERVICE>`, the profile's `services` section,
    /// `AWS_ENDPOINT_URL`, the profile's `endpoint_url`, AWS's own. `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` (or the
    /// profile's `ignore_configured_endpoint_urls`) leaves only the flag in force.
    ///
    /// - Throws: ``EndpointError`` where an endpoint isn't a URL, or a switch has none of its values.
    package init(
        region: AWSRegion, endpointURL: String?, configuration: AWSConfiguration
    ) throws(EndpointError) {
        let ignored = try Self.flag(
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls", in: configuration)
        var overrides: [AWSService: String] = [:]
        for service in AWSService.allCases {
            guard
                let choice = Self.configuredEndpoint(
                    of: service, flag: endpointURL, configuration: configuration, ignoringConfigured: ignored)
            else { continue }
            overrides[service] = try Self.validated(choice.url, from: choice.origin)
        }
        self.init(
            region: region, overrides: overrides,
            usesFIPS: try Self.flag("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint", in: configuration),
            usesDualStack: try Self.flag("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint", in: configuration),
            usesLegacySTS: try Self.usesLegacySTS(configuration))
    }

    /// The base URL of a service, without a slash at its end.
    package func url(of service: AWSService) -> String {
        if let override = overrides[service] { return override }
        if service == .securityToken, isSTSGlobal { return "https://sts.amazonaws.com" }
        let partition = region.partition
        let isPlain = partition.name == "aws-us-gov" && service.isPlainlyFIPSInGovCloud && !usesDualStack
        let fips = usesFIPS && !isPlain ? "-fips" : ""
        let suffix = usesDualStack ? partition.dualStackDNSSuffix : partition.dnsSuffix
        return "https://\(service.rawValue)\(fips).\(region.name).\(suffix)"
    }

    /// The region that calls of a service are signed for.
    package func signingRegion(of service: AWSService?) -> String {
        service == .securityToken && isSTSGlobal ? "us-east-1" : region.name
    }

    /// Whether STS is asked at its global endpoint.
    private var isSTSGlobal: Bool {
        usesLegacySTS && !usesFIPS && !usesDualStack && overrides[.securityToken] == nil
            && Self.legacySTSRegions.contains(region.name)
    }

    /// The regions for which `sts_regional_endpoints` tells two endpoints apart; others have their own alone ("AWS STS
    /// Regional endpoints" in the AWS SDKs and Tools Reference Guide).
    private static let legacySTSRegions: Set = [
        "ap-northeast-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ca-central-1", "eu-central-1",
        "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1", "us-east-1", "us-east-2", "us-west-1",
        "us-west-2",
    ]

    /// Whether the service's endpoint was asked for, rather than AWS's own.
    package func isOverridden(_ service: AWSService) -> Bool {
        overrides[service] != nil
    }

    /// These settings for another region, as a session that is signed in elsewhere needs.
    package func inRegion(_ other: AWSRegion) -> AWSEndpoints {
        AWSEndpoints(
            region: other, overrides: overrides, usesFIPS: usesFIPS, usesDualStack: usesDualStack,
            usesLegacySTS: usesLegacySTS)
    }

    private static func configuredEndpoint(
        of service: AWSService, flag: String?, configuration: AWSConfiguration, ignoringConfigured: Bool
    ) -> (url: String, origin: String)? {
        if let flag { return (flag, "--endpoint-url") }
        guard !ignoringConfigured else { return nil }
        let variable = "AWS_ENDPOINT_URL_\(service.configurationKey.uppercased())"
        if let url = configuration.variable(variable) { return (url, variable) }
        let profile = configuration.profile
        if let name = profile?["services"],
            let url = configuration.files.services[name]?[service.configurationKey]?["endpoint_url"]
        {
            return (url, "services section \(name.debugDescription), \(service.configurationKey), endpoint_url")
        }
        if let url = configuration.variable("AWS_ENDPOINT_URL") { return (url, "AWS_ENDPOINT_URL") }
        if let profile, let url = profile["endpoint_url"] {
            return (url, "profile \(profile.name.debugDescription), endpoint_url")
        }
        return nil
    }

    private static func validated(_ url: String, from origin: String) throws(EndpointError) -> String {
        do throws(MalformedURL) {
            let split = try SplitURL(url)
            guard split.query.isEmpty, !url.contains("#") else {
                throw MalformedURL(problem: "it has a query or a fragment")
            }
        } catch {
            throw EndpointError(
                origin: origin,
                problem: "the endpoint can't be used: \(error.problem); give an absolute URL such as https://host:port")
        }
        var trimmed = url[...]
        while trimmed.hasSuffix("/") { trimmed.removeLast() }
        return String(trimmed)
    }

    private static func usesLegacySTS(_ configuration: AWSConfiguration) throws(EndpointError) -> Bool {
        let variable = configuration.variable("AWS_STS_REGIONAL_ENDPOINTS")
        switch variable ?? configuration.profile?["sts_regional_endpoints"] {
        case nil, "regional": return false
        case "legacy": return true
        case let value?:
            throw EndpointError(
                origin: variable == nil ? "profile property sts_regional_endpoints" : "AWS_STS_REGIONAL_ENDPOINTS",
                problem: "\(value.debugDescription) is neither regional nor legacy; give one of them")
        }
    }

    private static func flag(
        _ variable: String, _ property: String, in configuration: AWSConfiguration
    ) throws(EndpointError) -> Bool {
        guard let value = configuration.variable(variable) ?? configuration.profile?[property] else { return false }
        switch value.lowercased() {
        case "true": return true
        case "false": return false
        default:
            let origin = configuration.variable(variable) == nil ? "profile property \(property)" : variable
            throw EndpointError(
                origin: origin, problem: "\(value.debugDescription) is neither true nor false; give one of them")
        }
    }
}

/// Why the settings of endpoints can't be used.
package struct EndpointError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The flag, variable or property that is at fault.
    package let origin: String
    /// What is wrong with its value, and what to give instead.
    package let problem: String

    package var description: String { "\(origin): \(problem)" }
}
