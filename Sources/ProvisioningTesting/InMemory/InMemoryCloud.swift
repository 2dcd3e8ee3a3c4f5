import Provisioning
import Synchronization

/// A cloud within the process, as strict as real ones: a resource that is in use can't be deleted, positions are
/// unique, a resource that is named must exist, deletion protection holds.
package final class InMemoryCloud: Sendable {
    package struct Entry: Sendable, Equatable {
        package var identifier: String
        package var resource: InMemoryResource
        package var tags: [String: String]
        package var isProtected = false

        package init(
            identifier: String, resource: InMemoryResource, tags: [String: String] = [:], isProtected: Bool = false
        ) {
            self.identifier = identifier
            self.resource = resource
            self.tags = tags
            self.isProtected = isProtected
        }
    }

    /// What goes wrong with a call that writes, by its number from 1.
    package enum Fault: Hashable, Sendable {
        /// The call is lost on its way.
        case lost
        /// The call takes effect, and its answer is lost.
        case answerLost
        case throttled
        case limitExceeded
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var next = 1
        var writes: [String] = []
        var faults: [Int: Fault] = [:]
        var pendingReads: [String: Int] = [:]
        var history: [[Entry]] = []
        var lag = 0
        var reads = 0
    }

    private let state = Mutex(State())
    /// How many times a new balancer says that it isn't ready yet.
    private let warmUpReads: Int

    /// How many rules a balancer may have.
    package let ruleLimit: Int?

    package init(warmUpReads: Int = 0, ruleLimit: Int? = nil) {
        self.warmUpReads = warmUpReads
        self.ruleLimit = ruleLimit
    }

    /// Everything there is, ordered by identifier.
    package var entries: [Entry] {
        state.withLock { $0.entries.values.sorted { $0.identifier < $1.identifier } }
    }

    /// The calls that wrote, in their order.
    package var writes: [String] { state.withLock { $0.writes } }

    /// What there was after each call that wrote.
    package var history: [[Entry]] { state.withLock { $0.history } }

    /// Lets the write with this number, counted from now, go wrong.
    package func inject(_ fault: Fault, atWrite number: Int) {
        state.withLock { $0.faults[$0.writes.count + number] = fault }
    }

    /// What a read sees: everything, or, for a few reads after a write, what there was before.
    package func read() -> [Entry] {
        state.withLock { state in
            state.reads += 1
            let seen =
                state.reads <= state.lag && state.history.count > 1
                ? state.history[state.history.count - 2] : Array(state.entries.values)
            return seen.sorted { $0.identifier < $1.identifier }
        }
    }

    /// Lets the first `count` reads from now see the state before the last write.
    package func delayReads(by count: Int) {
        state.withLock { $0.lag = $0.reads + count }
    }

    /// Changes or adds something behind the provider's back.
    package func tamper(_ body: (inout [String: Entry]) -> Void) {
        state.withLock { body(&$0.entries) }
    }

    package func isReady(_ identifier: String) -> Bool {
        state.withLock { state in
            let left = state.pendingReads[identifier] ?? 0
            state.pendingReads[identifier] = max(0, left - 1)
            return left == 0
        }
    }

    package func create(_ resource: InMemoryResource, tags: [String: String]) throws -> String {
        try write("create \(tags[OwnershipTags.Key.resource] ?? "?")") { state in
            try Self.check(resource, among: state.entries, except: nil)
            try checkRoom(for: resource, among: state.entries)
            let identifier = "id-\(state.next)"
            state.next += 1
            state.entries[identifier] = Entry(identifier: identifier, resource: resource, tags: tags)
            if case .balancer = resource { state.pendingReads[identifier] = warmUpReads }
            return identifier
        }
    }

    package func update(_ identifier: String, to resource: InMemoryResource, tags: [String: String]) throws {
        try write("update \(identifier)") { state in
            guard state.entries[identifier] != nil else { throw Self.missing(identifier) }
            try Self.check(resource, among: state.entries, except: identifier)
            state.entries[identifier]?.resource = resource
            state.entries[identifier]?.tags = tags
        }
    }

    package func setTags(_ identifier: String, _ change: (inout [String: String]) -> Void) throws {
        try write("tag \(identifier)") { state in
            guard var entry = state.entries[identifier] else { throw Self.missing(identifier) }
            change(&entry.tags)
            state.entries[identifier] = entry
        }
    }

    package func reorder(_ positions: [String: Int]) throws {
        try write("reorder \(positions.count)") { state in
            var entries = state.entries
            for (identifier, position) in positions {
                guard let entry = entries[identifier],
                    case .rule(let balancer, _, let match, let action) = entry.resource
                else { throw Self.missing(identifier) }
                entries[identifier]?.resource = .rule(
                    balancer: balancer, position: position, match: match, action: action)
            }
            for entry in entries.values {
                try Self.check(entry.resource, among: entries, except: entry.identifier)
            }
            state.entries = entries
        }
    }

    package func delete(_ identifier: String) throws {
        try write("delete \(identifier)") { state in
            guard let entry = state.entries[identifier] else { throw Self.missing(identifier) }
            if entry.isProtected {
                throw ProviderError(kind: .invalid, operation: "delete", code: "Protected", message: "is protected")
            }
            let users = state.entries.values.filter { $0.resource.links.contains(.identifier(identifier)) }
            guard case .balancer = entry.resource else {
                guard users.isEmpty else {
                    throw ProviderError(kind: .inUse, operation: "delete", code: "InUse", message: "is in use")
                }
                state.entries[identifier] = nil
                return
            }
            // A balancer takes its rules along; its pools stay.
            state.entries[identifier] = nil
            for user in users {
                if case .rule = user.resource { state.entries[user.identifier] = nil }
            }
        }
    }

    private func write<Result>(_ title: String, _ body: (inout State) throws -> Result) throws -> Result {
        try state.withLock { state in
            state.writes.append(title)
            let fault = state.faults.removeValue(forKey: state.writes.count)
            switch fault {
            case .lost:
                throw ProviderError(kind: .unavailable, operation: title, message: "the connection was lost")
            case .throttled:
                throw ProviderError(kind: .throttled, operation: title, code: "Throttling", message: "rate exceeded")
            case .limitExceeded:
                throw ProviderError(kind: .limitExceeded, operation: title, code: "TooMany", message: "too many")
            case .answerLost, nil:
                break
            }
            let result = try body(&state)
            state.history.append(Array(state.entries.values))
            if fault == .answerLost {
                throw ProviderError(kind: .unavailable, operation: title, message: "the connection was lost")
            }
            return result
        }
    }

    private static func check(
        _ resource: InMemoryResource, among entries: [String: Entry], except own: String?
    ) throws {
        for case .identifier(let identifier) in resource.links where entries[identifier] == nil {
            throw missing(identifier)
        }
        guard case .rule(let balancer, let position, _, _) = resource else { return }
        let taken = entries.values.contains { other in
            guard other.identifier != own, case .rule(balancer, position, _, _) = other.resource else { return false }
            return true
        }
        if taken {
            throw ProviderError(
                kind: .alreadyExists, operation: "rule", code: "PositionInUse",
                message: "position \(position) is in use")
        }
    }

    private func checkRoom(for resource: InMemoryResource, among entries: [String: Entry]) throws {
        guard let ruleLimit, case .rule(let balancer, _, _, _) = resource else { return }
        let standing = entries.values.count {
            if case .rule(balancer, _, _, _) = $0.resource { true } else { false }
        }
        guard standing < ruleLimit else {
            throw ProviderError(
                kind: .limitExceeded, operation: "rule", code: "TooManyRules",
                message: "a balancer may have \(ruleLimit) rules")
        }
    }

    private static func missing(_ identifier: String) -> ProviderError {
        ProviderError(kind: .notFound, operation: "find", code: "NotFound", message: "\(identifier) doesn't exist")
    }
}
