import AWSProvider
import ProviderHTTP
import Provisioning
import Testing

@Suite("Failures in AWS's answers")
struct AWSErrorDecoderTests {
    private func failure(_ status: Int, _ body: String, operation: String = "CreateRule") -> ProviderError? {
        let call = APICall(
            service: "elasticloadbalancing", operation: operation, kind: .write, url: "https://elb.example.com/")
        return AWSErrorDecoder().error(
            in: APIResponse(status: status, headers: [("x-amzn-RequestId", "header-id")], body: Array(body.utf8)),
            of: call)
    }

    private func query(_ code: String, _ message: String = "Said so.") -> String {
        """
        <ErrorResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><Error><Type>Sender</Type>
        <Code>\(code)</Code><Message>\(message)</Message></Error><RequestId>body-id</RequestId></ErrorResponse>
        """
    }

    @Test("A success is none")
    func success() {
        #expect(failure(200, "<CreateRuleResponse/>") == nil)
    }

    @Test("Each protocol's document is read")
    func documents() throws {
        let xml = try #require(failure(400, query("TooManyRules")))
        #expect(xml.code == "TooManyRules" && xml.kind == .limitExceeded && xml.requestID == "body-id")
        #expect(xml.operation == "elasticloadbalancing:CreateRule")
        let ec2 = try #require(
            failure(
                400,
                "<?xml version=\"1.0\"?>\n<Response><Errors><Error><Code>InvalidGroup.NotFound</Code><Message>gone</Message>"
                    + "</Error></Errors><RequestID>ec2-id</RequestID></Response>"))
        #expect(ec2.code == "InvalidGroup.NotFound" && ec2.kind == .notFound && ec2.requestID == "ec2-id")
        let json = try #require(
            failure(400, #"{"__type":"com.amazonaws.acm#ResourceInUseException","message":"in use"}"#))
        #expect(json.code == "ResourceInUseException" && json.kind == .inUse && json.requestID == "header-id")
        let capital = try #require(failure(400, #"{"__type":"ThrottledException","Message":"slow"}"#))
        #expect(capital.kind == .throttled && capital.message == "slow")
    }

    @Test(
        "Codes mean what AWS's documentation says",
        arguments: [
            ("Throttling", 400, ProviderError.Kind.throttled), ("RequestLimitExceeded", 503, .throttled),
            ("PriorRequestNotComplete", 429, .throttled), ("ExpiredToken", 403, .unauthenticated),
            ("SignatureDoesNotMatch", 403, .unauthenticated), ("AuthFailure", 401, .unauthenticated),
            ("AccessDenied", 403, .forbidden), ("UnauthorizedOperation", 403, .forbidden),
            ("LoadBalancerNotFound", 400, .notFound), ("ResourceNotFoundException", 400, .notFound),
            ("PriorityInUse", 400, .alreadyExists), ("DuplicateListener", 400, .alreadyExists),
            ("InvalidPermission.Duplicate", 400, .alreadyExists), ("DuplicateTagKeys", 400, .invalid),
            ("ResourceInUse", 400, .inUse), ("DependencyViolation", 400, .inUse),
            ("TooManyTargets", 400, .limitExceeded), ("LimitExceededException", 400, .limitExceeded),
            ("TargetGroupAssociationLimit", 400, .limitExceeded), ("OperationNotPermitted", 400, .invalid),
            ("ValidationError", 400, .invalid), ("InternalFailure", 500, .unavailable),
            ("WAFUnavailableEntityException", 400, .unavailable), ("TrustStoreNotReady", 400, .unavailable),
            ("SomethingNew", 500, .unavailable), ("SomethingNew", 400, .invalid),
        ])
    func kinds(_ code: String, _ status: Int, _ kind: ProviderError.Kind) {
        #expect(failure(status, query(code))?.kind == kind)
    }

    @Test(
        "A message says what to do",
        arguments: [
            ("ExpiredToken", "the credentials have expired: renew them"),
            ("SignatureDoesNotMatch", "check the credentials"),
            (
                "AccessDenied",
                "allow elasticloadbalancing:CreateRule, elasticloadbalancing:AddTags to these credentials"
            ),
            ("TooManyRules", "raise the quota with AWS"),
            ("OperationNotPermitted", "deletion protection"),
        ])
    func remedies(_ code: String, _ remedy: String) throws {
        let error = try #require(failure(400, query(code)))
        #expect(error.message.hasPrefix("Said so; "))
        #expect(error.message.contains(remedy), "\(error.message)")
    }

    @Test("An answer without a document of AWS's goes by its status")
    func undocumented() {
        #expect(failure(503, "")?.kind == .unavailable)
        #expect(failure(403, "<Response/>")?.kind == .forbidden)
        #expect(failure(400, #"{"message":"no type"}"#)?.kind == .invalid)
    }
}
