import LoadBalancerModel

/// Why a static site cannot be served.
package enum StaticSiteError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The bytes of a file are not among the assets.
    case missingContent(site: String, path: String)

    package var description: String {
        switch self {
        case .missingContent(let site, let path):
            "static site \(site): the content of file '\(path)' did not come with the plan; push the plan again with all assets"
        }
    }
}

/// A static site, made ready to be served: immutable, looked up without allocation.
final class CompiledSite: Sendable {
    /// A file with the field lines of its responses.
    struct Document: Sendable {
        let path: [UInt8]
        let content: ByteStorage
        /// With its quotes.
        let entityTag: [UInt8]
        let contentType: [UInt8]
        /// The lines of a 200: type, tag, ranges.
        let fields: ByteStorage
        /// The lines of a 304 and of a part: the tag and what goes with it.
        let tagFields: ByteStorage

        init(_ file: StaticFile, _ bytes: [UInt8]) {
            path = Array(file.path.utf8)
            content = ByteStorage(bytes)
            entityTag = Array("\"\(file.digest.prefix(32))\"".utf8)
            contentType = file.contentType.utf8.filter { $0 >= 0x20 && $0 != 0x7F }
            let tagLine = Array("ETag: ".utf8) + entityTag + Array("\r\nAccept-Ranges: bytes\r\n".utf8)
            tagFields = ByteStorage(tagLine)
            fields = ByteStorage(Array("Content-Type: ".utf8) + contentType + Array("\r\n".utf8) + tagLine)
        }
    }

    let name: String
    /// Ordered by the bytes of their paths.
    private let documents: [Document]
    private let indexDocument: [UInt8]
    let notFoundDocument: Document?

    /// - Parameter contents: The bytes of the files, by digest.
    init(_ site: StaticSite, contents: [String: [UInt8]]) throws(StaticSiteError) {
        name = site.name
        indexDocument = Array(site.indexDocument.utf8)
        var documents: [Document] = []
        for file in site.files {
            guard let bytes = contents[file.digest] else {
                throw .missingContent(site: site.name, path: file.path)
            }
            documents.append(Document(file, bytes))
        }
        documents.sort { $0.path.lexicographicallyPrecedes($1.path) }
        self.documents = documents
        notFoundDocument = site.notFoundDocument.flatMap { path in
            let path = Array(path.utf8.drop { $0 == UInt8(ascii: "/") })
            return documents.first { $0.path == path }
        }
    }

    /// What a path below the site stands for.
    enum Lookup {
        case document(Int)
        /// A directory with an index document, asked for without the slash at its end.
        case directoryWithoutSlash
        case nothing
    }

    subscript(index: Int) -> Document { documents[index] }

    /// Looks up the rest of a path in normal form, still percent-encoded. An encoded slash is part of a name and no file
    /// has one.
    func lookup(_ rest: Span<UInt8>) -> Lookup {
        for index in 0..<rest.count where Self.isEncodedSlash(rest, index) { return .nothing }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: rest.count + indexDocument.count + 1) { name in
            guard var count = SitePath.decode(rest, into: name) else { return .nothing }
            let isDirectory = count == 0 || name[count - 1] == UInt8(ascii: "/")
            if !isDirectory, let found = find(UnsafeBufferPointer(rebasing: name[..<count])) { return .document(found) }
            if !isDirectory {
                name.initializeElement(at: count, to: UInt8(ascii: "/"))
                count += 1
            }
            for byte in indexDocument {
                name.initializeElement(at: count, to: byte)
                count += 1
            }
            guard let found = find(UnsafeBufferPointer(rebasing: name[..<count])) else { return .nothing }
            return isDirectory ? .document(found) : .directoryWithoutSlash
        }
    }

    private static func isEncodedSlash(_ text: Span<UInt8>, _ index: Int) -> Bool {
        text[index] == UInt8(ascii: "%") && index + 2 < text.count && text[index + 1] == UInt8(ascii: "2")
            && text[index + 2] | 0x20 == UInt8(ascii: "f")
    }

    private func find(_ name: UnsafeBufferPointer<UInt8>) -> Int? {
        var low = 0
        var high = documents.count
        while low < high {
            let middle = (low + high) / 2
            let order = Self.compare(documents[middle].path, name)
            if order == 0 { return middle }
            if order < 0 { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    private static func compare(_ first: [UInt8], _ second: UnsafeBufferPointer<UInt8>) -> Int {
        for index in 0..<min(first.count, second.count) where first[index] != second[index] {
            return first[index] < second[index] ? -1 : 1
        }
        return first.count - second.count
    }
}
