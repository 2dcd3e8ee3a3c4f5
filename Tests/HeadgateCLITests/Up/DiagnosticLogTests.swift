import LoadBalancerModel
import Testing

@testable import HeadgateCLI

@Suite("Logging of diagnostics")
struct DiagnosticLogTests {
    private func diagnostic(_ name: String, _ message: String = "m", reason: String = "R") -> Diagnostic {
        Diagnostic(
            object: ObjectReference(kind: "Ingress", namespace: "shop", name: name), severity: .warning,
            reason: reason, message: message)
    }

    @Test("A diagnostic is told once, again when it changes, and as resolved when it is gone")
    func rounds() {
        var log = DiagnosticLog()
        let first = log.update([diagnostic("a"), diagnostic("b")])
        #expect(first.appeared == [diagnostic("a"), diagnostic("b")])
        #expect(first.resolved.isEmpty)

        let same = log.update([diagnostic("b"), diagnostic("a")])
        #expect(same == DiagnosticLog.Difference(appeared: [], resolved: []))

        let changed = log.update([diagnostic("a", "other"), diagnostic("b")])
        #expect(changed == DiagnosticLog.Difference(appeared: [diagnostic("a", "other")], resolved: []))

        let gone = log.update([diagnostic("b")])
        #expect(gone == DiagnosticLog.Difference(appeared: [], resolved: [diagnostic("a", "other")]))

        let back = log.update([diagnostic("b"), diagnostic("a")])
        #expect(back.appeared == [diagnostic("a")])
    }
}
