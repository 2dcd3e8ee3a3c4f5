import Foundation

/// Files that a flag names.
enum SavedFile {
    /// - Throws: ``CommandFailure``, which names the file and the problem.
    static func read(_ path: String) throws(CommandFailure) -> Data {
        do {
            return try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw CommandFailure(
                "\(path) can't be read: \(FileProblem.text(error))",
                remedy: "Check the path given with --against and that this user may read it.")
        }
    }
}
