/// Which steps may run, as a value: steps are started and reported to it, and it says what comes next.
///
/// Each call costs in proportion to what it changes, whatever the number of steps.
package struct StepSchedule: Sendable {
    package enum State: Hashable, Sendable {
        case waiting, running, succeeded
        case failed
        /// Not run, for a step that it requires wasn't done.
        case skipped(because: Int)
    }

    package private(set) var steps: [ExecutionStep]
    package private(set) var states: [State]
    /// The steps that wait for a step, by its id.
    private var waiters: [[Int]]
    /// How many steps each one still waits for.
    private var awaited: [Int]
    private var startable: Set<Int>

    /// - Parameter steps: the steps, whose ids are their places.
    package init(_ steps: [ExecutionStep]) {
        self.steps = steps
        states = Array(repeating: .waiting, count: steps.count)
        var waiters: [[Int]] = Array(repeating: [], count: steps.count)
        awaited = steps.map { step in
            let earlier = step.requires.union(step.follows)
            for id in earlier { waiters[id].append(step.id) }
            return earlier.count
        }
        self.waiters = waiters
        startable = Set(steps.filter { $0.requires.isEmpty && $0.follows.isEmpty }.map(\.id))
    }

    /// The steps that may start now, in their order.
    package var ready: [ExecutionStep] {
        startable.sorted().map { steps[$0] }
    }

    package mutating func start(_ step: ExecutionStep) {
        states[step.id] = .running
        startable.remove(step.id)
    }

    /// Takes note of what came of a step. Steps that require one that wasn't done are skipped, and those that require these.
    package mutating func finish(_ step: ExecutionStep, succeeded: Bool) {
        states[step.id] = succeeded ? .succeeded : .failed
        var over = [step.id]
        while let id = over.popLast() {
            for waiter in waiters[id] {
                awaited[waiter] -= 1
                guard states[waiter] == .waiting else { continue }
                if states[id] != .succeeded, steps[waiter].requires.contains(id) {
                    states[waiter] = .skipped(because: id)
                    startable.remove(waiter)
                    over.append(waiter)
                } else if awaited[waiter] == 0 {
                    startable.insert(waiter)
                }
            }
        }
    }

    /// Lets a step that found no room run again once a deletion has made some. That goes at once: it waits for nothing any
    /// more but for other deletions.
    ///
    /// - Parameters:
    ///   - step: a step that runs.
    ///   - deletion: the id of a step that waits.
    package mutating func rerun(_ step: ExecutionStep, after deletion: Int) {
        let earlier = steps[deletion].requires.union(steps[deletion].follows)
        let released = earlier.filter { id in if case .delete = steps[id].action { false } else { true } }
        for id in released { waiters[id].removeAll { $0 == deletion } }
        steps[deletion].requires.subtract(released)
        steps[deletion].follows.subtract(released)
        awaited[deletion] = earlier.subtracting(released).count { states[$0] == .waiting || states[$0] == .running }
        if awaited[deletion] == 0 { startable.insert(deletion) }

        states[step.id] = .waiting
        steps[step.id].requires.insert(deletion)
        awaited[step.id] = 1
        waiters[deletion].append(step.id)
    }
}
