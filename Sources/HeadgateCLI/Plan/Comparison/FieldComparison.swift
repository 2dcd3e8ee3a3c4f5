/// Compares two JSON values field by field.
enum FieldComparison {
    /// The fields that differ, in the order of their paths.
    static func compare(_ before: JSONValue, _ after: JSONValue) -> [FieldChange] {
        var changes: [FieldChange] = []
        compare(before, after, path: "", into: &changes)
        return changes
    }

    private static func compare(
        _ before: JSONValue?, _ after: JSONValue?, path: String, into changes: inout [FieldChange]
    ) {
        guard before != after else { return }
        switch (before, after) {
        case (.object(let old)?, .object(let new)?):
            for key in Set(old.keys).union(new.keys).sorted() {
                compare(old[key], new[key], path: path.isEmpty ? key : "\(path).\(key)", into: &changes)
            }
        case (.array(let old)?, .array(let new)?):
            compareElements(old, new, path: path, into: &changes)
        default:
            changes.append(FieldChange(field: path, before: before, after: after))
        }
    }

    /// Elements that name themselves are compared by name; of others the list is one value.
    private static func compareElements(
        _ before: [JSONValue], _ after: [JSONValue], path: String, into changes: inout [FieldChange]
    ) {
        guard let old = keyed(before), let new = keyed(after) else {
            changes.append(FieldChange(field: path, before: .array(before), after: .array(after)))
            return
        }
        let oldByKey = Dictionary(old, uniquingKeysWith: { first, _ in first })
        let newByKey = Dictionary(new, uniquingKeysWith: { first, _ in first })
        for (key, value) in old {
            compare(value, newByKey[key], path: "\(path)[\(key)]", into: &changes)
        }
        for (key, value) in new where oldByKey[key] == nil {
            changes.append(FieldChange(field: "\(path)[\(key)]", before: nil, after: value))
        }
        let orderOfCommon = old.map(\.0).filter { newByKey[$0] != nil }
        if orderOfCommon != new.map(\.0).filter({ oldByKey[$0] != nil }) {
            changes.append(FieldChange(field: path, before: .array(before), after: .array(after)))
        }
    }

    /// The elements with the key that tells them apart; nil where an element has none or two have the same.
    private static func keyed(_ elements: [JSONValue]) -> [(String, JSONValue)]? {
        var keys: Set<String> = []
        var result: [(String, JSONValue)] = []
        for element in elements {
            guard let key = key(of: element), keys.insert(key).inserted else { return nil }
            result.append((key, element))
        }
        return result
    }

    private static func key(of element: JSONValue) -> String? {
        if let address = element.scalar("address"), let port = element.scalar("port") {
            return address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
        }
        for name in ["name", "host", "pool", "path"] {
            if let key = element.scalar(name) { return key }
        }
        return nil
    }
}
