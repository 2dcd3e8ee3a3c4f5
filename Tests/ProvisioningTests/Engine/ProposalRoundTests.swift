import Provisioning
import Testing

@Suite("A round of proposals")
struct ProposalRoundTests {
    private final class Source {}
    private struct Refusal: Error {}

    private let source = Source()
    private let round = ProposalRound()

    private func answer(_ text: String, from other: Source? = nil, _ answer: Int) async throws -> Int {
        try await round.answer(to: ProposalRound.Question(to: other ?? source, text)) { answer }
    }

    @Test("What was asked before isn't asked again")
    func once() async throws {
        #expect(try await answer("a", 1) == 1)
        #expect(try await answer("a", 2) == 1)
        #expect(try await answer("b", 3) == 3)
    }

    @Test("The same question to another is another question")
    func sources() async throws {
        let other = Source()
        #expect(try await answer("a", 1) == 1)
        #expect(try await answer("a", from: other, 2) == 2)
    }

    @Test("A failure is no answer")
    func failure() async throws {
        let question = ProposalRound.Question(to: source, "a")
        await #expect(throws: Refusal.self) {
            try await round.answer(to: question) { () -> Int in throw Refusal() }
        }
        #expect(try await answer("a", 2) == 2)
    }

    @Test("Another round asks anew")
    func rounds() async throws {
        #expect(try await answer("a", 1) == 1)
        let later = try await ProposalRound().answer(to: ProposalRound.Question(to: source, "a")) { 2 }
        #expect(later == 2)
    }
}
