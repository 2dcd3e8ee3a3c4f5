package import LoadBalancerModel

/// Carries a change set out: as many steps at once as their order and the options allow, each one repeated while that may help.
///
/// A step that fails for good holds back those that need it, and no others.
package struct ChangeSetExecutor<Provider: LoadBalancerProvider>: Sendable {
    package typealias Resource = Provider.Resource

    private let provider: Provider
    private let options: ExecutionOptions
    private let stop: StopSignal
    private let report: @Sendable (ExecutionEvent) -> Void

    package init(
        provider: Provider,
        options: ExecutionOptions = ExecutionOptions(),
        stop: StopSignal = StopSignal(),
        report: @escaping @Sendable (ExecutionEvent) -> Void = { _ in }
    ) {
        self.provider = provider
        self.options = options
        self.stop = stop
        self.report = report
    }

    private enum Outcome: Sendable {
        case done(identifier: String?)
        case failed(StepFailure, duration: Duration)
        /// What was to be made exists, and lacks what the failure tells.
        case impaired(identifier: String, StepFailure, duration: Duration)
    }

    /// Does what the change set holds.
    ///
    /// - Throws: ``ObstructedChangeSet`` where something stands against it; then nothing has been done.
    package func execute(
        _ changeSet: ChangeSet<Resource>, assets: PlanAssets
    ) async throws(ObstructedChangeSet) -> ExecutionReport {
        guard changeSet.obstacles.isEmpty else { throw ObstructedChangeSet(obstacles: changeSet.obstacles) }
        let work = StepWork(changeSet: changeSet)
        var schedule = StepSchedule(StepGraph(changeSet).steps)
        var result = ExecutionReport(identifiers: work.identifiers)
        var gone: Set<String> = []
        var rescue = RoomRescue(changeSet)
        await withTaskGroup(of: (ExecutionStep, Outcome).self) { group in
            var running = 0
            while true {
                if !stop.isStopped {
                    for step in schedule.ready.prefix(options.concurrency - running) {
                        schedule.start(step)
                        running += 1
                        let context = OperationContext(
                            owner: changeSet.owner, identifiers: result.identifiers, assets: assets)
                        let operation = work.operation(of: step, existing: result.identifiers, without: gone)
                        group.addTask { (step, await run(step, operation, of: work, in: context)) }
                    }
                }
                guard running > 0, let (step, outcome) = await group.next() else { break }
                running -= 1
                switch outcome {
                case .done(let identifier):
                    schedule.finish(step, succeeded: true)
                    result.succeeded.append(step)
                    if let identifier { result.identifiers[step.reference] = identifier }
                    if case .delete(_, let identifier) = step.action { gone.insert(identifier) }
                case .failed(let failure, let duration):
                    if let deletion = rescue.deletion(for: failure, in: schedule), !stop.isStopped {
                        report(.waiting(step, "\(failure.message); \(deletion.reference) goes first, to make room"))
                        schedule.rerun(step, after: deletion.id)
                        continue
                    }
                    report(.failed(step, failure, duration: duration))
                    schedule.finish(step, succeeded: false)
                    result.failures.append(failure)
                case .impaired(let identifier, let failure, let duration):
                    report(.failed(step, failure, duration: duration))
                    schedule.finish(step, succeeded: true)
                    result.failures.append(failure)
                    result.identifiers[step.reference] = identifier
                }
            }
        }
        result.remaining = zip(schedule.steps, schedule.states).filter { isRemaining($0.1) }.map(\.0)
        result.wasStopped = stop.isStopped && !result.remaining.isEmpty
        return result
    }

    private func isRemaining(_ state: StepSchedule.State) -> Bool {
        switch state {
        case .waiting, .skipped: true
        case .running, .succeeded, .failed: false
        }
    }

    private func run(
        _ step: ExecutionStep, _ operation: ResourceOperation<Resource>?, of work: StepWork<Resource>,
        in context: OperationContext
    ) async -> Outcome {
        report(.started(step))
        var identifier: String?
        var failure: StepFailure?
        var impaired: String?
        let duration = await options.clock.measure {
            do {
                if case .wait(let reference) = step.action {
                    try await wait(for: reference, step: step, of: work, in: context)
                } else if let operation {
                    let result = try await perform(operation, step: step, of: work, in: context)
                    if work.yieldsIdentifier(step) { identifier = result }
                }
            } catch let error as ImpairedResource {
                failure = StepFailure(step: step, error: error.cause)
                impaired = work.isFirst(step) ? error.identifier : nil
            } catch {
                failure = StepFailure(step: step, error: error)
            }
        }
        if let failure, let impaired { return .impaired(identifier: impaired, failure, duration: duration) }
        if let failure { return .failed(failure, duration: duration) }
        report(.finished(step, duration: duration))
        return .done(identifier: identifier)
    }

    /// Performs an operation, again while the cloud may just not have caught up with itself.
    private func perform(
        _ operation: ResourceOperation<Resource>, step: ExecutionStep, of work: StepWork<Resource>,
        in context: OperationContext
    ) async throws -> String {
        var elapsed = Duration.zero
        var attempt = 1
        var said = ""
        while true {
            var failure: (any Error)?
            var identifier = ""
            elapsed += await options.clock.measure {
                do {
                    identifier = try await WritePermit.granting { permit in
                        try await provider.perform(operation, in: context, permit: permit)
                    }
                } catch { failure = error }
            }
            guard let failure else { return identifier }
            if isDone(operation, after: failure) { return "" }
            let pause = options.pause(before: attempt)
            guard mayPass(failure, operation, isNew: work.isNew), elapsed + pause < options.stepDeadline,
                !stop.isStopped
            else {
                throw failure
            }
            report((failure as? ProviderError)?.message ?? String(describing: failure), of: step, unless: &said)
            try await options.clock.sleep(for: pause)
            elapsed += pause
            attempt += 1
        }
    }

    /// Says what a step waits for, once.
    private func report(_ reason: String, of step: ExecutionStep, unless said: inout String) {
        guard reason != said else { return }
        said = reason
        report(.waiting(step, reason))
    }

    /// A deletion of what isn't there has been done.
    private func isDone(_ operation: ResourceOperation<Resource>, after failure: any Error) -> Bool {
        guard case .delete = operation, let error = failure as? ProviderError else { return false }
        return error.kind == .notFound
    }

    /// Whether the failure may pass by itself: the cloud is eventually consistent, so that what was just created may not
    /// be found yet, and what was just let go may still count as in use. Throttling and outages are the transport's,
    /// which has given up on them by now.
    private func mayPass(
        _ failure: any Error, _ operation: ResourceOperation<Resource>, isNew: (ResourceReference) -> Bool
    ) -> Bool {
        guard let error = failure as? ProviderError else { return false }
        return switch (error.kind, operation) {
        case (.throttled, _), (.unavailable, _): true
        case (.inUse, .delete): true
        case (.notFound, .create), (.notFound, .update): true
        // What was there before the execution and isn't found any more won't come back.
        case (.notFound, .reorder(let reordering)):
            reordering.moves.contains { if case .resource(let moved) = $0.resource { isNew(moved) } else { false } }
        default: false
        }
    }

    private func wait(
        for reference: ResourceReference,
        step: ExecutionStep,
        of work: StepWork<Resource>,
        in context: OperationContext
    ) async throws {
        guard let node = work.changeSet.desired[reference], let identifier = context.identifiers[reference] else {
            return
        }
        let takesOver = work.hasTakeover
        var waited = Duration.zero
        var attempt = 1
        var said = ""
        while true {
            switch try await provider.readiness(of: node.resource, identifier: identifier, takesOver: takesOver) {
            case .ready:
                return
            case .failed(let reason):
                throw ProviderError(kind: .invalid, operation: "wait", code: "NotReady", message: reason)
            case .pending(let reason):
                let pause = options.pause(before: attempt)
                guard waited + pause < options.readinessDeadline, !stop.isStopped else {
                    throw ProviderError(
                        kind: .unavailable, operation: "wait", code: "NotReadyInTime",
                        message: "\(reason); what it takes over for goes on serving, run again to go on")
                }
                report(reason, of: step, unless: &said)
                try await options.clock.sleep(for: pause)
                waited += pause
                attempt += 1
            }
        }
    }
}

/// A change set that must not be executed: deletion protection, or a resource of another's in the way.
package struct ObstructedChangeSet: Error, Hashable, Sendable, CustomStringConvertible {
    package var obstacles: [ChangeObstacle]

    package init(obstacles: [ChangeObstacle]) {
        self.obstacles = obstacles
    }

    package var description: String {
        "nothing was changed: " + obstacles.map { "\($0.reference): \($0.message)" }.joined(separator: "\n")
    }
}
