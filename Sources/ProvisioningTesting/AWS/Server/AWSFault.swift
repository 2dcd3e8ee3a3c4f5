/// A failure that a test has the server commit.
package struct AWSFault: Sendable {
    package enum Effect: Sendable {
        /// The service's answer to too many calls.
        case throttling
        /// The service's own 500.
        case internalError
        /// The service's own 503.
        case unavailable
        /// The service's answer to credentials whose time has passed.
        case expiredCredentials
        /// The service's answer to credentials that don't allow the operation.
        case accessDenied
        case failure(ServiceFailure)
        /// A page as a proxy, a load balancer in front of the API, or moto sends it.
        case htmlPage(status: Int)
        /// Half of the true answer.
        case truncatedAnswer
        case closeConnection
        case resetConnection
        case noAnswer
    }

    package enum Moment: Sendable {
        /// The operation isn't performed.
        case before
        /// The operation is performed, and its answer lost.
        case after
    }

    package var effect: Effect
    package var moment: Moment
    /// The service that it hits as signatures name it; any where absent.
    package var service: String?
    /// The operation that it hits; any where absent.
    package var operation: String?
    /// Whether it spares reads.
    package var writesOnly: Bool
    /// How many calls that fit are let through first.
    package var skipping: Int
    /// How many calls it hits.
    package var times: Int
    /// Whether nobody is answered any more once it has struck, until `resume()`: what a client sees that is dead.
    package var leavesServerDown: Bool
    /// Run when it strikes, before the connection ends: where a test kills the process that called.
    /// The cloud is held while it runs, so it must not ask it anything.
    package var whenStruck: (@Sendable () -> Void)?

    package init(
        _ effect: Effect, _ moment: Moment = .before, service: String? = nil, operation: String? = nil,
        writesOnly: Bool = false, skipping: Int = 0, times: Int = 1, leavesServerDown: Bool = false,
        whenStruck: (@Sendable () -> Void)? = nil
    ) {
        self.effect = effect
        self.moment = moment
        self.service = service
        self.operation = operation
        self.writesOnly = writesOnly
        self.skipping = skipping
        self.times = times
        self.leavesServerDown = leavesServerDown
        self.whenStruck = whenStruck
    }

    /// The caller's end at its n-th write, counted from 1 and from now: the connection closes without an answer before
    /// or after the write was performed, and no later call is answered until `resume()`.
    package static func crash(
        atWrite number: Int, _ moment: Moment, whenStruck: (@Sendable () -> Void)? = nil
    ) -> AWSFault {
        AWSFault(
            .closeConnection, moment, writesOnly: true, skipping: number - 1, leavesServerDown: true,
            whenStruck: whenStruck)
    }

    /// Counts a call; whether the fault strikes it.
    mutating func strikes(service: String, operation: String, isWrite: Bool) -> Bool {
        guard times > 0, self.service == nil || self.service == service,
            self.operation == nil || self.operation == operation, isWrite || !writesOnly
        else { return false }
        guard skipping == 0 else {
            skipping -= 1
            return false
        }
        times -= 1
        return true
    }
}

extension AWSFault.Effect {
    /// The error that it is answered with; nil where it is no error of the service.
    func failure(in wireProtocol: ServiceModel.WireProtocol, signingName: String) -> ServiceFailure? {
        switch (self, wireProtocol) {
        case (.failure(let failure), _): failure
        case (.throttling, .query): ServiceFailure("Throttling", "Rate exceeded", status: 400)
        case (.throttling, .ec2): ServiceFailure("RequestLimitExceeded", "Request limit exceeded.", status: 503)
        case (.throttling, .json):
            ServiceFailure(
                signingName == "tagging" ? "ThrottledException" : "ThrottlingException", "Rate exceeded", status: 400)
        case (.internalError, .ec2): ServiceFailure("InternalError", "An internal error has occurred", status: 500)
        case (.internalError, _): ServiceFailure("InternalFailure", "The request processing has failed", status: 500)
        case (.unavailable, .ec2): ServiceFailure("Unavailable", "The service is unavailable", status: 503)
        case (.unavailable, _): ServiceFailure("ServiceUnavailable", "The service is unavailable", status: 503)
        case (.expiredCredentials, _): SignatureProblem.expiredCredentials.failure(in: wireProtocol)
        case (.accessDenied, .ec2):
            ServiceFailure("UnauthorizedOperation", "You are not authorized to perform this operation.", status: 403)
        case (.accessDenied, .query):
            ServiceFailure("AccessDenied", "User is not authorized to perform the operation", status: 403)
        case (.accessDenied, .json):
            ServiceFailure("AccessDeniedException", "User is not authorized to perform the operation", status: 400)
        default: nil
        }
    }
}
