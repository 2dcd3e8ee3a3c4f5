import Foundation
import LoadBalancerModel
import ManifestSource

/// Files that a flag names; pipes and devices count as files.
enum SavedFile {
    /// Why a file is refused that holds no saved plan.
    static let noSavedPlan = "NoSavedPlan"
    /// Why one is refused that can't be read.
    static let unreadable = "FileUnreadable"

    /// - Parameter source: how the path was given, such as `--against`.
    /// - Throws: ``CommandFailure``, which names the file and the problem.
    static func read(_ path: String, givenBy source: String) throws(CommandFailure) -> Data {
        do {
            // Foundation reads no pipe by its path, as <(…) names one.
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? file.close() }
            return try file.readToEnd() ?? Data()
        } catch {
            throw CommandFailure(
                "\(path) can't be read: \(FileProblem.text(error))",
                remedy: "Check the path given with \(source) and that this user may read it.", about: .file(path),
                reason: unreadable)
        }
    }
}
