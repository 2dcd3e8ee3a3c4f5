/// The rules of names of load balancers and target groups.
enum ResourceName {
    static func check(_ name: String, kind: String) throws(ServiceFailure) {
        guard !name.isEmpty else { throw .validation("\(kind) name cannot be empty") }
        guard name.count <= 32 else {
            throw .validation("\(kind) name '\(name)' cannot be longer than '32' characters")
        }
        guard name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }) else {
            throw .validation(
                "\(kind) name '\(name)' can only contain characters that are alphanumeric characters and hyphens(-)")
        }
        guard !name.hasPrefix("-"), !name.hasSuffix("-") else {
            throw .validation("\(kind) name '\(name)' cannot begin or end with a hyphen(-)")
        }
    }
}
