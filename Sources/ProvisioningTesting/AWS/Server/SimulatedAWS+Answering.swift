import Synchronization

extension SimulatedAWS {
    /// A call whose service and operation are known.
    fileprivate struct Addressed {
        let service: CloudService
        let model: ServiceModel
        let operation: CloudOperation
        let description: ServiceModel.Operation
        let name: String
    }

    /// Takes up a request: faults, signature, parameters, operation, answer.
    package func answer(_ request: AWSRequest) -> AWSAnswer {
        state.withLock { answer(request, state: &$0) }
    }

    private func answer(_ request: AWSRequest, state: inout State) -> AWSAnswer {
        guard !state.isDown else { return .closeConnection }
        let requestID = Self.requestID(state.calls.count + 1)
        let call: Addressed
        do {
            call = try address(request)
        } catch let failure as ServiceFailure {
            let body = "\(failure.code): \(failure.message)\n"
            return respond(status: failure.status ?? 404, contentType: "text/plain", text: body, requestID: requestID)
        } catch {
            return respond(status: 500, contentType: "text/plain", text: "\(error)\n", requestID: requestID)
        }
        let isWrite = call.operation.effect == .write
        let fault = state.fault(service: call.service.signingName, operation: call.name, isWrite: isWrite)
        if let fault, fault.moment == .before {
            let answer = strike(fault, instead: nil, call: call, requestID: requestID, state: &state)
            state.record(call, answer, requestID: requestID)
            return answer.answer
        }
        var outcome = perform(call, request: request, requestID: requestID, state: &state)
        if let fault {
            let struck = strike(
                fault, instead: outcome.answer, call: call, requestID: requestID, state: &state)
            outcome.answer = struck.answer
            outcome.failure = struck.failure
        }
        state.record(call, outcome, requestID: requestID)
        return outcome.answer
    }

    // MARK: Addressing

    /// One endpoint serves all: the scope of the signature names the service, and where there is none, what is called.
    private func address(_ request: AWSRequest) throws -> Addressed {
        let scope = request.header("authorization").flatMap(SignatureCheck.Authorization.init)?.service
        let fields = FormDecoder.fields(of: request.body)
        let target = request.header("x-amz-target")?.split(separator: ".").map(String.init) ?? []
        let action = fields.first { $0.name == "Action" }?.value
        guard let name = target.last ?? action else {
            throw ServiceFailure("MissingAction", "The request names no operation")
        }
        let candidates = Self.services.filter { $0.operations[name] != nil }
        guard let service = candidates.first(where: { $0.signingName == scope }) ?? candidates.first,
            let operation = service.operations[name]
        else { throw ServiceFailure("UnknownOperation", "The test server has no operation \(name)", status: 501) }
        let model = try model(of: service)
        guard let description = model.operations[name] else {
            throw ServiceFailure("UnknownOperation", "The service model has no operation \(name)", status: 501)
        }
        let isRight =
            switch model.wireProtocol {
            case .json: request.method == "POST" && target.first == model.metadata.targetPrefix
            case .query, .ec2:
                request.method == "POST"
                    && fields.contains { $0.name == "Version" && $0.value == model.metadata.apiVersion }
                    && request.header("content-type")?.hasPrefix("application/x-www-form-urlencoded") == true
            }
        guard isRight else {
            throw ServiceFailure(
                "InvalidAction", "\(name) needs POST, its API version and its content type", status: 400)
        }
        return Addressed(
            service: service, model: model, operation: operation, description: description, name: name)
    }

    // MARK: Performing

    fileprivate struct Outcome {
        var answer: AWSAnswer
        var failure: ServiceFailure?
        var parameters = AWSValue.structure([:])
        var violations: [ModelViolation] = []
        var changedSomething = false
    }

    private func perform(
        _ call: Addressed, request: AWSRequest, requestID: String, state: inout State
    ) -> Outcome {
        var outcome = Outcome(answer: .closeConnection)
        do {
            do {
                try SignatureCheck(settings: state.settings, region: state.world.region)
                    .check(request, service: call.service.signingName)
            } catch { throw error.failure(in: call.model.wireProtocol) }
            let (input, violations) = try parameters(of: request, call: call)
            outcome.parameters = Self.redacted(
                input, shape: call.description.input.map { call.model.shape(named: $0.shape) }, model: call.model)
            outcome.violations = violations
            guard violations.isEmpty else {
                throw ModelViolation.failure(violations, in: call.model.wireProtocol)
            }
            let before = state.world
            let answer = try state.run(call.operation, input: input)
            outcome.changedSomething = before != state.world
            let body = try AnswerEncoder(model: call.model)
                .success(answer, of: call.description, requestID: requestID)
            outcome.answer = respond(
                status: 200, contentType: body.contentType, text: body.text, requestID: requestID)
        } catch let failure as ServiceFailure {
            outcome.failure = failure
            outcome.answer = respond(failure, call: call, requestID: requestID)
        } catch {
            outcome.failure = ServiceFailure("InternalFailure", "\(error)", status: 500)
            outcome.answer = respond(
                status: 500, contentType: "text/plain", text: "\(error)\n", requestID: requestID)
        }
        return outcome
    }

    private func parameters(
        of request: AWSRequest, call: Addressed
    ) throws(ServiceFailure) -> (AWSValue, [ModelViolation]) {
        let shape = call.description.input.map { call.model.shape(named: $0.shape) } ?? .emptyStructure
        let input: AWSValue
        var violations: [ModelViolation]
        if call.model.wireProtocol == .json {
            var decoder = JSONParameterDecoder(model: call.model)
            input = try decoder.decode(request.body, as: shape)
            violations = decoder.violations
        } else {
            var decoder = FormDecoder(model: call.model)
            input = decoder.decode(FormDecoder.fields(of: request.body), as: shape)
            violations = decoder.violations
        }
        var validator = ShapeValidator(model: call.model)
        validator.check(input, against: shape)
        violations += validator.violations
        return (input, violations)
    }

    private static func redacted(_ value: AWSValue, shape: Shape?, model: ServiceModel) -> AWSValue {
        guard case .structure(let members) = value, let shape else { return value }
        return .structure(
            members.filter { name, _ in
                shape.members?[name].map { model.shape($0).sensitive != true } ?? true
            })
    }

    // MARK: Answers

    private func strike(
        _ fault: AWSFault, instead answer: AWSAnswer?, call: Addressed, requestID: String, state: inout State
    ) -> Outcome {
        state.isDown = state.isDown || fault.leavesServerDown
        fault.whenStruck?()
        if let failure = fault.effect.failure(in: call.model.wireProtocol, signingName: call.service.signingName) {
            return Outcome(answer: respond(failure, call: call, requestID: requestID), failure: failure)
        }
        switch fault.effect {
        case .htmlPage(let status):
            let page =
                "<!doctype html>\n<html><head><title>\(status)</title></head><body><h1>Error</h1></body></html>\n"
            return Outcome(
                answer: .respond(
                    status: status, headers: [("content-type", "text/html; charset=utf-8")], body: Array(page.utf8)))
        case .truncatedAnswer:
            guard case .respond(let status, let headers, let body) = answer else {
                return Outcome(answer: .closeConnection)
            }
            return Outcome(
                answer: .respond(status: status, headers: headers, body: Array(body.prefix(body.count / 2))))
        case .resetConnection: return Outcome(answer: .resetConnection)
        case .noAnswer: return Outcome(answer: .noAnswer)
        default: return Outcome(answer: .closeConnection)
        }
    }

    private func respond(_ failure: ServiceFailure, call: Addressed, requestID: String) -> AWSAnswer {
        let status = failure.status ?? call.model.status(ofError: failure.code) ?? 400
        let body = AnswerEncoder(model: call.model).failure(failure, status: status, requestID: requestID)
        return respond(status: status, contentType: body.contentType, text: body.text, requestID: requestID)
    }

    private func respond(status: Int, contentType: String, text: String, requestID: String) -> AWSAnswer {
        .respond(
            status: status, headers: [("content-type", contentType), ("x-amzn-requestid", requestID)],
            body: Array(text.utf8))
    }

    /// An id of the form of AWS's, the same in every run.
    private static func requestID(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return "5e57ab1e-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
    }
}

extension SimulatedAWS.State {
    fileprivate mutating func fault(service: String, operation: String, isWrite: Bool) -> AWSFault? {
        for index in faults.indices
        where faults[index].strikes(service: service, operation: operation, isWrite: isWrite) {
            return faults[index]
        }
        return nil
    }

    /// Runs an operation on what it may see, and brings into force what it changed.
    fileprivate mutating func run(_ operation: CloudOperation, input: AWSValue) throws(ServiceFailure) -> AWSValue? {
        switch operation.effect {
        case .read:
            for index in pending.indices { pending[index].reads -= 1 }
            while let first = pending.first, first.reads < 0 {
                visible = first.world
                pending.removeFirst()
            }
            var call = CloudCall(world: visible, progress: progress, input: input, settings: settings)
            defer { progress = call.progress }
            return try operation.body(&call)
        case .write:
            var call = CloudCall(world: world, progress: progress, input: input, settings: settings)
            defer { progress = call.progress }
            let answer = try operation.body(&call)
            world = call.world
            if settings.readsBehindWrites == 0, pending.isEmpty {
                visible = world
            } else {
                pending.append((world, settings.readsBehindWrites))
            }
            return answer
        }
    }

    fileprivate mutating func record(
        _ call: SimulatedAWS.Addressed, _ outcome: SimulatedAWS.Outcome, requestID: String
    ) {
        var status: Int?
        if case .respond(let given, _, _) = outcome.answer { status = given }
        calls.append(
            RecordedCall(
                service: call.service.signingName, operation: call.name, parameters: outcome.parameters,
                isWrite: call.operation.effect == .write, changedSomething: outcome.changedSomething, status: status,
                errorCode: outcome.failure?.code, requestID: requestID, violations: outcome.violations))
    }
}
