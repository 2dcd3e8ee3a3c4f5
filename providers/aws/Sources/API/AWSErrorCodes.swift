import ProviderHTTP
import Provisioning

/// What AWS's error codes mean.
///
/// The codes are those of the API references' "Common Errors" and of the operations that are called.
enum AWSErrorCodes {
    private static let throttling: Set<String> = [
        "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled", "RequestThrottledException",
        "RequestLimitExceeded", "TooManyRequestsException", "BandwidthLimitExceeded", "SlowDown",
        "EC2ThrottledException", "PriorRequestNotComplete",
    ]
    private static let authentication: Set<String> = [
        "ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired", "InvalidClientTokenId",
        "UnrecognizedClientException", "InvalidAccessKeyId", "AuthFailure", "SignatureDoesNotMatch",
        "InvalidSignatureException", "IncompleteSignature", "IncompleteSignatureException",
        "MissingAuthenticationToken", "MissingAuthenticationTokenException", "RequestTimeTooSkewed",
        "RequestInTheFuture", "NotSignedUp",
    ]
    private static let expiry: Set<String> = [
        "ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired",
    ]
    private static let permission: Set<String> = [
        "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized", "OptInRequired", "Blocked",
    ]
    private static let usage: Set<String> = [
        "ResourceInUse", "ResourceInUseException", "DependencyViolation", "TrustStoreInUse",
        "WAFAssociatedItemException",
    ]
    private static let outage: Set<String> = [
        "InternalFailure", "InternalError", "InternalServiceException", "InternalServerError", "ServiceUnavailable",
        "ServiceUnavailableException", "TrustStoreNotReady", "Unavailable", "WAFInternalErrorException",
        "WAFUnavailableEntityException",
    ]

    static func kind(of code: String, status: Int) -> ProviderError.Kind {
        if throttling.contains(code) || status == 429 { return .throttled }
        if authentication.contains(code) { return .unauthenticated }
        if permission.contains(code) { return .forbidden }
        if usage.contains(code) { return .inUse }
        if outage.contains(code) { return .unavailable }
        if code == "DuplicateTagKeys" { return .invalid }
        if code.hasPrefix("Duplicate") || code.hasSuffix(".Duplicate") || code == "PriorityInUse" {
            return .alreadyExists
        }
        if code.hasSuffix("NotFound") || code.hasSuffix("NotFoundException") || code == "WAFNonexistentItemException" {
            return .notFound
        }
        if code.hasPrefix("TooMany") || code.contains("LimitExceeded") || code.contains("LimitsExceeded")
            || code == "TargetGroupAssociationLimit" || code.contains("QuotaExceeded")
        {
            return .limitExceeded
        }
        return status >= 500 ? .unavailable : .invalid
    }

    /// What AWS said, and what to do about it.
    static func explained(_ message: String, code: String, kind: ProviderError.Kind, call: APICall) -> String {
        var said = message.isEmpty ? "AWS gave no reason" : message
        while said.hasSuffix(".") { said.removeLast() }
        guard let remedy = remedy(code: code, message: message, kind: kind, call: call) else { return said }
        return "\(said); \(remedy)"
    }

    private static func remedy(
        code: String, message: String, kind: ProviderError.Kind, call: APICall
    ) -> String? {
        if let remedy = accountRemedy(code: code, message: message) { return remedy }
        return switch kind {
        case .unauthenticated:
            expiry.contains(code)
                ? "the credentials have expired: renew them (aws sso login, a new session token, or whatever gave them), and "
                    + "run again"
                : "check the credentials (aws sts get-caller-identity), that they are for this partition, and this "
                    + "machine's clock"
        case .forbidden:
            "allow \(permissions(of: call)) to these credentials; providers/aws/iam-policy.json is the policy that is needed"
                + (message.contains("Encoded authorization failure message")
                    ? " (aws sts decode-authorization-message tells what stood against it)" : "")
        case .limitExceeded:
            "raise the quota with AWS (Service Quotas), or ask for less"
        case .inUse where code == "DependencyViolation":
            "something else still uses it; AWS lets go of a deleted load balancer's network interfaces after minutes"
        case .invalid where code == "OperationNotPermitted":
            "where deletion protection is meant, turn it off and run again"
        case .throttled, .unavailable, .notFound, .alreadyExists, .inUse, .invalid, .unexpectedAnswer:
            nil
        }
    }

    /// What helps where the account or this machine stands against every call alike.
    private static func accountRemedy(code: String, message: String) -> String? {
        let isClockOff =
            ["RequestTimeTooSkewed", "RequestInTheFuture"].contains(code)
            || message.hasPrefix("Signature expired") || message.hasPrefix("Signature not yet current")
        if isClockOff { return "set this machine's clock, which is minutes away from AWS's" }
        return switch code {
        case "OptInRequired", "NotSignedUp":
            "enable the region or the service for the account (aws account enable-region), or use another with --region"
        case "PendingVerification", "Blocked": "AWS holds the account back: its support says why"
        default: nil
        }
    }

    private static func permissions(of call: APICall) -> String {
        guard let operation = AWSOperation(rawValue: call.operation) else { return call.name }
        return operation.permissions.isEmpty ? call.name : operation.permissions.joined(separator: ", ")
    }
}
