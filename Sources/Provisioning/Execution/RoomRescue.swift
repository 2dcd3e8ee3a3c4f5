/// Finds what may go first where a step meets a limit of the cloud that the plan didn't know of.
///
/// Only members of precedence lists go first: nothing else relies on them.
struct RoomRescue<Resource: ProvisionedResource> {
    private let places: ListPlaces<Resource>
    /// The identifiers of what goes first already, each for a step of its own.
    private var reserved: Set<String> = []

    init(_ changeSet: ChangeSet<Resource>) {
        places = ListPlaces(changeSet)
    }

    /// The deletion that makes room for the step that failed; nil where it failed for something else, or nothing is left
    /// that could go.
    mutating func deletion(for failure: StepFailure, in schedule: StepSchedule) -> ExecutionStep? {
        guard failure.isForWantOfRoom, let holder = places.holder(of: failure.step.reference) else { return nil }
        var waiting: [String: ExecutionStep] = [:]
        for (step, state) in zip(schedule.steps, schedule.states) where state == .waiting {
            if case .delete(_, let identifier) = step.action { waiting[identifier] = step }
        }
        for resource in places.deletions(within: holder) where resource.reference.type == failure.step.reference.type {
            guard let step = waiting[resource.identifier], reserved.insert(resource.identifier).inserted else {
                continue
            }
            return step
        }
        return nil
    }
}
