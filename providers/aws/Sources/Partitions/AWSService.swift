/// The services of AWS that are called.
///
/// The raw value is the prefix of the service's host names, and what calls and transcripts name it by.
package enum AWSService: String, Hashable, Sendable, CaseIterable {
    case elasticLoadBalancing = "elasticloadbalancing"
    case ec2
    case certificateManager = "acm"
    case webApplicationFirewall = "wafv2"
    case tagging
    case securityToken = "sts"
    case singleSignOn = "portal.sso"
    case singleSignOnOIDC = "oidc"

    /// The name that signatures for the service carry.
    package var signingName: String {
        switch self {
        case .singleSignOn: "awsssoportal"
        case .singleSignOnOIDC: "sso-oauth"
        case .elasticLoadBalancing, .ec2, .certificateManager, .webApplicationFirewall, .tagging, .securityToken:
            rawValue
        }
    }

    /// The service's id as `AWS_ENDPOINT_URL_…` and a `services` section of the configuration spell it, in the latter's
    /// lower case ("Service-specific endpoints" in the AWS SDKs and Tools Reference Guide).
    package var configurationKey: String {
        switch self {
        case .elasticLoadBalancing: "elastic_load_balancing_v2"
        case .ec2: "ec2"
        case .certificateManager: "acm"
        case .webApplicationFirewall: "wafv2"
        case .tagging: "resource_groups_tagging_api"
        case .securityToken: "sts"
        case .singleSignOn: "sso"
        case .singleSignOnOIDC: "sso_oidc"
        }
    }

    /// Whether the ordinary endpoint in AWS GovCloud is the FIPS one as well, without `-fips` in its name.
    var isPlainlyFIPSInGovCloud: Bool {
        switch self {
        case .elasticLoadBalancing, .ec2, .certificateManager, .securityToken, .singleSignOn, .singleSignOnOIDC:
            true
        case .webApplicationFirewall, .tagging: false
        }
    }
}
