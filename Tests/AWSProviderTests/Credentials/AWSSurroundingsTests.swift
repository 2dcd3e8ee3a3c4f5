import Foundation
import Testing

@testable import AWSProvider

@Suite("The surroundings of credentials")
struct AWSSurroundingsTests {
    private let surroundings = AWSSurroundings.current(connections: NoNetwork(), localConnections: NoNetwork())

    @Test("A device or a pipe is read like a file, so that /dev/null stands for no configuration")
    func device() throws {
        #expect(try surroundings.readFile("/dev/null") == [])
    }

    @Test("A file that isn't there is none, and one that can't be read is an error")
    func missing() throws {
        #expect(try surroundings.readFile("/nowhere/config") == nil)
        #expect(throws: (any Error).self) { try surroundings.readFile("/") }
    }

    @Test("A file is replaced by one that nobody else can read, and nothing is left beside it")
    func replacement() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "surroundings-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "token.json").path
        try Data("a much longer one than before".utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        try surroundings.replaceFile(path, Array("new".utf8))
        #expect(try surroundings.readFile(path) == Array("new".utf8))
        let permissions = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(permissions == 0o600)
        #expect(throws: POSIXError.self) { try surroundings.replaceFile("\(folder.path)/nowhere/token.json", []) }
        // What can't be replaced stays, and so does nothing else.
        let taken = folder.appending(path: "taken")
        try FileManager.default.createDirectory(at: taken, withIntermediateDirectories: false)
        #expect(throws: POSIXError.self) { try surroundings.replaceFile(taken.path, Array("secret".utf8)) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["taken", "token.json"])
    }
}
