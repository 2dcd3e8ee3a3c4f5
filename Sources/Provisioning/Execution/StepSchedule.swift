/// Which steps may run, as a value: steps are started and reported to it, and it says what comes next.
package struct StepSchedule: Sendable {
    package enum State: Hashable, Sendable {
        case waiting, running, succeeded
        case failed
        /// Not run, for a step that it requires wasn't done.
        case skipped(because: Int)
    }

    package let steps: [ExecutionStep]
    package private(set) var states: [State]

    package init(_ steps: [ExecutionStep]) {
        self.steps = steps
        states = Array(repeating: .waiting, count: steps.count)
    }

    /// The steps that may start now, in their order. Steps that can't run any more become ``State/skipped(because:)``.
    package mutating func ready() -> [ExecutionStep] {
        var ready: [ExecutionStep] = []
        // A step that is skipped may let or keep others from running: until nothing changes.
        var changed = true
        while changed {
            changed = false
            ready = []
            for step in steps where states[step.id] == .waiting {
                if let cause = step.requires.sorted().first(where: { hasNotBeenDone($0) }) {
                    states[step.id] = .skipped(because: cause)
                    changed = true
                } else if step.requires.union(step.follows).allSatisfy(isOver) {
                    ready.append(step)
                }
            }
        }
        return ready
    }

    package mutating func start(_ step: ExecutionStep) {
        states[step.id] = .running
    }

    package mutating func finish(_ step: ExecutionStep, succeeded: Bool) {
        states[step.id] = succeeded ? .succeeded : .failed
    }

    private func isOver(_ id: Int) -> Bool {
        switch states[id] {
        case .succeeded, .failed, .skipped: true
        case .waiting, .running: false
        }
    }

    private func hasNotBeenDone(_ id: Int) -> Bool {
        switch states[id] {
        case .failed, .skipped: true
        case .waiting, .running, .succeeded: false
        }
    }
}
