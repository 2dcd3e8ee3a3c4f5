import Provisioning
import Testing

@testable import Provisioning

@Suite("The schedule of steps")
struct StepScheduleTests {
    private static func step(_ id: Int, requires: Set<Int> = [], follows: Set<Int> = []) -> ExecutionStep {
        ExecutionStep(
            id: id, action: .create(ResourceReference(type: "thing", name: "\(id)")), requires: requires,
            follows: follows)
    }

    @Test("A step waits for those that it requires and those that it follows")
    func waits() {
        var schedule = StepSchedule([Self.step(0), Self.step(1, requires: [0]), Self.step(2, follows: [1])])
        #expect(schedule.ready.map(\.id) == [0])
        schedule.start(schedule.steps[0])
        #expect(schedule.ready.isEmpty)
        schedule.finish(schedule.steps[0], succeeded: true)
        #expect(schedule.ready.map(\.id) == [1])
        schedule.start(schedule.steps[1])
        #expect(schedule.ready.isEmpty)
        schedule.finish(schedule.steps[1], succeeded: true)
        #expect(schedule.ready.map(\.id) == [2])
    }

    @Test("A failure skips those that require the step, and those that require these, and lets the others go on")
    func skips() {
        var schedule = StepSchedule([
            Self.step(0), Self.step(1, requires: [0]), Self.step(2, requires: [1]), Self.step(3, follows: [0]),
            Self.step(4, follows: [2]),
        ])
        schedule.start(schedule.steps[0])
        schedule.finish(schedule.steps[0], succeeded: false)
        #expect(schedule.ready.map(\.id) == [3, 4])
        #expect(schedule.states[1] == .skipped(because: 0))
        #expect(schedule.states[2] == .skipped(because: 1))
    }

    @Test("Steps that don't know of each other run at once")
    func concurrent() {
        var schedule = StepSchedule([Self.step(0), Self.step(1), Self.step(2)])
        #expect(schedule.ready.map(\.id) == [0, 1, 2])
        schedule.start(schedule.steps[1])
        #expect(schedule.ready.map(\.id) == [0, 2])
    }
}
