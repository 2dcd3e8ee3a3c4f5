import Foundation

/// JSON of an annotation. The names of members are compared without regard to case, as Go compares them.
indirect enum JSONText: Hashable, Sendable {
    case object([String: JSONText])
    case array([JSONText])
    case text(String)
    case number(Int)
    case truth(Bool)
    case null
    /// A number that isn't whole.
    case fraction

    /// - Throws: ``JSONTextError`` where it isn't JSON.
    static func parse(_ text: String) throws(JSONTextError) -> JSONText {
        do {
            return try JSONDecoder().decode(JSONText.self, from: Data(text.utf8))
        } catch {
            throw JSONTextError("It is not JSON.")
        }
    }
}

/// What is wrong with the JSON of an annotation, as a sentence.
struct JSONTextError: Error, Hashable, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

extension JSONText: Decodable {
    init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: Name.self) {
            var members: [String: JSONText] = [:]
            for key in container.allKeys {
                members[key.stringValue.lowercased()] = try container.decode(JSONText.self, forKey: key)
            }
            self = .object(members)
            return
        }
        if var container = try? decoder.unkeyedContainer() {
            var elements: [JSONText] = []
            while !container.isAtEnd { elements.append(try container.decode(JSONText.self)) }
            self = .array(elements)
            return
        }
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let truth = try? container.decode(Bool.self) {
            self = .truth(truth)
        } else if let number = try? container.decode(Int.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else {
            self = .fraction
        }
    }

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

// MARK: - Reading

extension JSONText {
    /// A member of an object; nil where there is none, or it is null.
    subscript(name: String) -> JSONText? {
        guard case .object(let members) = self, let member = members[name.lowercased()], member != .null else {
            return nil
        }
        return member
    }

    func required(_ name: String) throws(JSONTextError) -> JSONText {
        guard let member = self[name] else { throw JSONTextError("`\(name)` is missing.") }
        return member
    }

    /// The members of an object in order, their names in lower case.
    func members() throws(JSONTextError) -> [(name: String, value: JSONText)] {
        guard case .object(let members) = self else { throw JSONTextError("It must be an object where it is none.") }
        return members.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    func elements() throws(JSONTextError) -> [JSONText] {
        guard case .array(let elements) = self else { throw JSONTextError("It must be a list where it is none.") }
        return elements
    }

    /// Refuses members of other names, which would be ignored in silence.
    func allow(_ names: String...) throws(JSONTextError) {
        let known = Set(names.map { $0.lowercased() })
        if let stranger = try members().first(where: { !known.contains($0.name) }) {
            throw JSONTextError("`\(AnnotationText.shown(stranger.name))` is not known there.")
        }
    }

    func string() throws(JSONTextError) -> String {
        guard case .text(let text) = self else { throw JSONTextError("A text in quotes must stand where none does.") }
        return text
    }

    func strings() throws(JSONTextError) -> [String] {
        var texts: [String] = []
        for element in try elements() { texts.append(try element.string()) }
        guard !texts.isEmpty else { throw JSONTextError("A list of values is empty.") }
        return texts
    }

    func boolean() throws(JSONTextError) -> Bool {
        guard case .truth(let truth) = self else { throw JSONTextError("Write `true` or `false`, without quotes.") }
        return truth
    }

    /// A whole number, in quotes or not.
    func integer(_ range: ClosedRange<Int>) throws(JSONTextError) -> Int {
        let number: Int? =
            switch self {
            case .number(let number): number
            case .text(let text): Int(text)
            default: nil
            }
        guard let number, range.contains(number) else {
            throw JSONTextError("A number must be from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }
}
