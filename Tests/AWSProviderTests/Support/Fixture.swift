import Foundation

/// The recorded facts beside the tests.
enum Fixture {
    static func decode<Document: Decodable>(_ type: Document.Type, from name: String) throws -> Document {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = folder.appending(path: "Fixtures/\(name)")
        return try JSONDecoder().decode(type, from: Data(contentsOf: file))
    }
}
