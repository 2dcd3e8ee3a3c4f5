import Testing

@testable import ManifestSource

@Suite struct ChangeDebouncerTests {
    let start = ContinuousClock.now

    private func debouncer() -> ChangeDebouncer {
        ChangeDebouncer(quiet: .milliseconds(50), longest: .milliseconds(300))
    }

    @Test("Nothing is due before the first change")
    func idle() {
        var debouncer = debouncer()
        #expect(debouncer.deadline == nil)
        let due = debouncer.fire(at: start + .seconds(10))
        #expect(!due)
    }

    @Test("A change is reported once it was quiet for a while, and only once")
    func quiet() {
        var debouncer = debouncer()
        debouncer.noteChange(at: start)
        var due = debouncer.fire(at: start + .milliseconds(49))
        #expect(!due)
        due = debouncer.fire(at: start + .milliseconds(50))
        #expect(due)
        due = debouncer.fire(at: start + .seconds(1))
        #expect(!due)
    }

    @Test("Changes without end are reported at the limit")
    func limit() {
        var debouncer = debouncer()
        for step in stride(from: 0, through: 290, by: 10) { debouncer.noteChange(at: start + .milliseconds(step)) }
        #expect(debouncer.deadline == start + .milliseconds(300))
        let due = debouncer.fire(at: start + .milliseconds(300))
        #expect(due)
    }
}
