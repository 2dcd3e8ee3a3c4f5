import Testing

@testable import HeadgateCLI
@testable import Provisioning

@Suite("Progress")
struct ProgressViewTests {
    private static let rule = ResourceReference(type: "rule", name: "http-1")
    private static let balancer = ResourceReference(type: "balancer", name: "main")
    private let view = ProgressView(
        style: TextStyle(isEnabled: false),
        changes: [
            ResourceChange(action: .replace, reference: balancer, title: "new-name", identifier: "id-1"),
            ResourceChange(action: .create, reference: rule, title: "shop.test /cart"),
        ].map(ProposalDocument.Change.init))

    private func step(_ action: ExecutionStep.Action) -> ExecutionStep { ExecutionStep(id: 1, action: action) }

    @Test("A step comes with what people know the resource by, and how long it took")
    func titles() {
        let step = step(.create(Self.rule))
        #expect(view.line(.started(step)) == nil)
        #expect(
            view.line(.finished(step, duration: .milliseconds(8))) == "    ✓ create rule/http-1  shop.test /cart  8 ms")
        #expect(
            view.line(.finished(step, duration: .seconds(75))) == "    ✓ create rule/http-1  shop.test /cart  75 s")
        #expect(view.line(.waiting(step, "not yet")) == "    … create rule/http-1  shop.test /cart: not yet")
        let failure = StepFailure(step: step, error: ProviderError(kind: .invalid, operation: "x:Y", message: "no"))
        #expect(
            view.line(.failed(step, failure, duration: .milliseconds(8)))
                == "    ✗ create rule/http-1  shop.test /cart  8 ms: x:Y: no")
    }

    @Test("What goes for its successor isn't taken for it")
    func replaced() {
        let lines = [ExecutionStep.Action.create(Self.balancer), .delete(Self.balancer, identifier: "id-1")]
            .map { view.line(.finished(step($0), duration: .zero)) }
        #expect(
            lines == ["    ✓ create balancer/main  new-name  0 ms", "    ✓ delete balancer/main (the old one)  0 ms"])
    }

    @Test("What is left is listed with the reason")
    func remainder() {
        let remaining = [step(.create(Self.rule)), step(.wait(Self.balancer))]
        #expect(view.remainder(ExecutionReport()) == [])
        #expect(
            view.remainder(ExecutionReport(remaining: remaining, wasStopped: true)) == [
                "    stopped; not done yet:", "      create rule/http-1  shop.test /cart",
                "      wait for balancer/main  new-name",
            ])
        #expect(
            view.remainder(ExecutionReport(remaining: remaining)).first
                == "    not done, since something that it needs failed:")
    }
}
