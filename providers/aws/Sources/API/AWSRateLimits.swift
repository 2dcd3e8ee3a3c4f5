package import ProviderHTTP

/// How often AWS lets operations be called, as it documents it.
///
/// - Elastic Load Balancing: https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-api-throttling.html
/// - EC2: https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
/// - ACM: https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html
/// - WAF: https://docs.aws.amazon.com/waf/latest/developerguide/limits.html
///
/// AWS counts over all callers of an account and, for some, over several operations; a transport slows down further where
/// it is told to.
package enum AWSRateLimits {
    package static let standard = RateLimits(
        byOperation: Dictionary(
            uniqueKeysWithValues: AWSOperation.allCases.map {
                ("\($0.service.rawValue):\($0.rawValue)", limit(of: $0))
            }))

    private static func limit(of operation: AWSOperation) -> RateLimit {
        switch operation.service {
        case .elasticLoadBalancing: loadBalancing(operation)
        case .ec2:
            operation.kind == .read ? RateLimit(perSecond: 20, burst: 100) : RateLimit(perSecond: 5, burst: 50)
        case .certificateManager: RateLimit(perSecond: certificates(operation), burst: certificates(operation))
        case .webApplicationFirewall:
            webApplicationFirewall(operation)
        case .tagging: RateLimit(perSecond: 15, burst: 15)
        case .securityToken, .singleSignOn, .singleSignOnOIDC: RateLimit(perSecond: 20, burst: 20)
        }
    }

    private static func loadBalancing(_ operation: AWSOperation) -> RateLimit {
        switch operation {
        case .registerTargets, .deregisterTargets: RateLimit(perSecond: 4, burst: 20)
        default: operation.kind == .read ? RateLimit(perSecond: 10, burst: 40) : RateLimit(perSecond: 3, burst: 20)
        }
    }

    private static func webApplicationFirewall(_ operation: AWSOperation) -> RateLimit {
        switch operation {
        case .getWebACL: RateLimit(perSecond: 5, burst: 5)
        default: operation.kind == .read ? RateLimit(perSecond: 1, burst: 1) : RateLimit(perSecond: 0.5, burst: 1)
        }
    }

    private static func certificates(_ operation: AWSOperation) -> Double {
        switch operation {
        case .importCertificate: 1
        case .addTagsToCertificate, .removeTagsFromCertificate: 5
        case .listCertificates: 8
        default: 10
        }
    }
}
