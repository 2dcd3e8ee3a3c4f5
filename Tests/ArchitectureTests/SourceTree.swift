import Foundation

/// The sources of the package, read from the checkout that the tests were built from.
enum SourceTree {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The Swift files below a directory of the package, as paths relative to its root.
    static func swiftFiles(below directory: String) -> [String] {
        let base = root.appending(path: directory)
        guard let walk = FileManager.default.enumerator(atPath: base.path) else { return [] }
        return walk.compactMap { $0 as? String }
            .filter { $0.hasSuffix(".swift") }
            .map { "\(directory)/\($0)" }
            .sorted()
    }

    static func lines(of file: String) throws -> [Substring] {
        try String(contentsOf: root.appending(path: file), encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// The modules that a file imports.
    static func imports(of file: String) throws -> Set<String> {
        Set(try lines(of: file).compactMap { moduleName(inImport: $0) })
    }

    private static func moduleName(inImport line: Substring) -> String? {
        var words = line.split(separator: " ").filter { !$0.hasPrefix("@") }[...]
        if let access = words.first, ["package", "public", "internal", "private", "fileprivate"].contains(access) {
            words = words.dropFirst()
        }
        guard words.first == "import", let module = words.dropFirst().last else { return nil }
        return String(module.prefix { $0 != "." })
    }
}
