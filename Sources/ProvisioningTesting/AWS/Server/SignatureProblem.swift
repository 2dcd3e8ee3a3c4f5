/// What can be wrong with how a call is signed.
enum SignatureProblem: Error, Hashable {
    case missing
    case malformed(String)
    case unknownAccessKey
    case doesNotMatch(String)
    case tooOld(String)
    case expiredCredentials

    /// Each protocol family has codes of its own for these.
    ///
    /// https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html
    func failure(in wireProtocol: ServiceModel.WireProtocol) -> ServiceFailure {
        let isJSON = wireProtocol == .json
        let isEC2 = wireProtocol == .ec2
        switch self {
        case .missing:
            let message = "Request is missing Authentication Token"
            return isJSON
                ? ServiceFailure("MissingAuthenticationTokenException", message, status: 400)
                : ServiceFailure("MissingAuthenticationToken", message, status: 403)
        case .malformed(let message):
            return isJSON
                ? ServiceFailure("IncompleteSignatureException", message, status: 400)
                : ServiceFailure("IncompleteSignature", message, status: 400)
        case .unknownAccessKey:
            if isEC2 {
                let message = "AWS was not able to validate the provided access credentials"
                return ServiceFailure("AuthFailure", message, status: 401)
            }
            let message = "The security token included in the request is invalid."
            return isJSON
                ? ServiceFailure("UnrecognizedClientException", message, status: 400)
                : ServiceFailure("InvalidClientTokenId", message, status: 403)
        case .doesNotMatch(let message):
            return isJSON
                ? ServiceFailure("InvalidSignatureException", message, status: 400)
                : ServiceFailure("SignatureDoesNotMatch", message, status: 403)
        case .tooOld(let message):
            if isEC2 { return ServiceFailure("RequestExpired", "Request has expired.", status: 400) }
            return isJSON
                ? ServiceFailure("InvalidSignatureException", message, status: 400)
                : ServiceFailure("SignatureDoesNotMatch", message, status: 403)
        case .expiredCredentials:
            if isEC2 { return ServiceFailure("RequestExpired", "Request has expired.", status: 400) }
            let message = "The security token included in the request is expired"
            return isJSON
                ? ServiceFailure("ExpiredTokenException", message, status: 400)
                : ServiceFailure("ExpiredToken", message, status: 403)
        }
    }
}
