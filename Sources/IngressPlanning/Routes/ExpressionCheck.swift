import LoadBalancerModel
import Routing

/// Finds out whether expressions compile, each once.
struct ExpressionCheck {
    private var known: [String: String?] = [:]

    /// What is wrong with an expression; nil for a valid one.
    mutating func problem(of expression: String) -> String? {
        if let known = known[expression] { return known }
        let problem: String?
        do {
            _ = try CompiledExpression(expression)
            problem = nil
        } catch {
            problem = "\(error)"
        }
        known[expression] = .some(problem)
        return problem
    }
}
