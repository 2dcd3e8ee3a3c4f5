/// One way in which a plan breaks the rules of its document.
package struct PlanViolation: Hashable, Sendable, CustomStringConvertible {
    /// Where, as a JSONPath of child and index selectors (RFC 9535, section 2.3), such as `$.routes[3].action.pools[0].pool`.
    package var path: String
    /// What is wrong, with the value and what would be right.
    package var message: String

    package init(path: String, message: String) {
        self.path = path
        self.message = message
    }

    package var description: String { "\(path): \(message)" }
}

/// Collects the violations found below one path of a document.
struct PlanValidator {
    private(set) var violations: [PlanViolation] = []

    /// Records a violation unless `condition` holds.
    mutating func require(_ condition: Bool, _ path: String, _ message: @autoclosure () -> String) {
        if !condition {
            violations.append(PlanViolation(path: path, message: message()))
        }
    }

    /// Records every value that stands twice, at its later place.
    mutating func requireUnique(_ values: some Sequence<String>, _ path: (Int) -> String, _ what: String) {
        var firstIndexes: [String: Int] = [:]
        for (index, value) in values.enumerated() {
            if let first = firstIndexes[value] {
                require(false, path(index), "\(what) \"\(value)\" stands at index \(first) already; it must be unique")
            } else {
                firstIndexes[value] = index
            }
        }
    }

    /// Records a value that is not above its limit from below.
    mutating func requirePositive(_ value: Int?, _ path: String, _ unit: String) {
        guard let value else { return }
        require(value > 0, path, "\(value) is not a positive number of \(unit)")
    }

    /// Records a value below zero.
    mutating func requireNotNegative(_ value: Int?, _ path: String, _ unit: String) {
        guard let value else { return }
        require(value >= 0, path, "\(value) is a negative number of \(unit)")
    }

    mutating func requirePort(_ port: Int?, _ path: String) {
        guard let port else { return }
        require((1...65535).contains(port), path, "\(port) is not a port: it must be from 1 to 65535")
    }
}
