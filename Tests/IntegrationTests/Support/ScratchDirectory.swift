import Foundation

/// A directory of a test's own, removed with the value that holds it.
final class ScratchDirectory: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "headgate-test-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    /// Writes a file in place.
    func write(_ text: String, to name: String) throws {
        let file = url.appending(path: name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    /// Writes a file as careful tools do: anew beside the old one, and renamed over it.
    func replace(_ name: String, with text: String) throws {
        try replace(name, with: Data(text.utf8))
    }

    func replace(_ name: String, with data: Data) throws {
        // The new file must not look like a manifest of its own while it is written.
        let file = url.appending(path: name)
        let other = file.deletingLastPathComponent().appending(path: ".\(file.lastPathComponent).new")
        try data.write(to: other)
        guard rename(other.path, file.path) == 0 else {
            throw NeverTrue(description: "\(name) can't be replaced: \(String(cString: strerror(errno)))")
        }
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(at: url.appending(path: name))
    }

    /// Lets every user write here, for processes that run as another.
    func openToAll() throws {
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: url.path)
    }

    func text(of name: String) throws -> String {
        try String(contentsOf: url.appending(path: name), encoding: .utf8)
    }
}
