import Synchronization

/// One round of proposals with one provider: what several of them look up alike is looked up once in it, and a name that is
/// for one is given to one.
///
/// A round lasts as long as its proposals take to make and no longer, for the world moves: what carries them out, and what
/// is asked for afterwards, looks anew.
package final class ProposalRound: Sendable {
    /// What is looked up.
    package struct Question: Hashable, Sendable {
        /// Who is asked, and as whom, such as the transport of a provider; it outlives the round.
        private let source: ObjectIdentifier
        private let text: String

        /// - Parameter text: the question to the last letter, such as the body of a call.
        package init(to source: AnyObject, _ text: String) {
            self.source = ObjectIdentifier(source)
            self.text = text
        }
    }

    private let answers = Mutex<[Question: any Sendable]>([:])
    private let names = Mutex<[Name: Owner]>([:])

    private struct Name: Hashable {
        var type: String
        var name: String
    }

    package init() {}

    /// Gives a name that only one resource may have to a load balancer that asks for it, unless another one asked before.
    ///
    /// - Returns: the load balancer that has it.
    func claim(_ name: String, ofType type: String, by owner: Owner) -> Owner {
        names.withLock { names in
            let key = Name(type: type, name: name)
            let holder = names[key] ?? owner
            names[key] = holder
            return holder
        }
    }

    /// The answer that the round has had to a question, or else what `ask` answers.
    ///
    /// A failure is no answer: the next one to need it asks again. Two who need it at the same moment both ask.
    package func answer<Answer: Sendable>(
        to question: Question, _ ask: () async throws -> Answer
    ) async throws -> Answer {
        if let answer = answers.withLock({ $0[question] }) as? Answer { return answer }
        let answer = try await ask()
        answers.withLock { $0[question] = answer }
        return answer
    }
}
