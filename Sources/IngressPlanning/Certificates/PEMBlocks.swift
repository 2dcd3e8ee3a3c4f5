import FoundationEssentials

/// A block of a PEM file (RFC 7468), decoded.
struct PEMBlock: Equatable {
    /// What stands behind `BEGIN`, such as `CERTIFICATE`.
    var label: String
    var der: [UInt8]
    /// Whether header lines say that the content is encrypted (RFC 1421, section 4.6.1.1).
    var isEncrypted: Bool

    /// The block with lines of 64 characters, a line feed behind each.
    var text: String {
        var text = "-----BEGIN \(label)-----\n"
        var encoded = Data(der).base64EncodedString()[...]
        while !encoded.isEmpty {
            text += encoded.prefix(64) + "\n"
            encoded = encoded.dropFirst(64)
        }
        return text + "-----END \(label)-----\n"
    }
}

/// Why a file is not PEM.
enum PEMError: Error, Hashable {
    /// No block begins in it.
    case noBlock
    /// A block ends before its `END` line comes.
    case unterminated(label: String)
    /// What stands in a block is not base64.
    case notBase64(label: String)
}

/// The blocks of a PEM file. Text around them, line ends of either kind, indentation and lines of any length are
/// accepted, as OpenSSL and Go accept them.
enum PEMFile {
    private static let begin = Array("-----BEGIN ".utf8)
    private static let end = Array("-----END ".utf8)
    private static let dashes = Array("-----".utf8)

    /// Decodes the blocks of `bytes`, in their order. Time is linear in the number of bytes.
    static func blocks(_ bytes: [UInt8]) throws(PEMError) -> [PEMBlock] {
        var blocks: [PEMBlock] = []
        var open: (label: String, lines: [ArraySlice<UInt8>])?
        for line in bytes.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
            let line = trimmed(line)
            if let label = label(of: line, marker: begin) {
                if let open { throw .unterminated(label: open.label) }
                open = (label, [])
            } else if let label = label(of: line, marker: end) {
                guard let block = open else { continue }
                guard block.label == label else { throw .unterminated(label: block.label) }
                blocks.append(try decode(label: label, lines: block.lines))
                open = nil
            } else {
                open?.lines.append(line)
            }
        }
        if let open { throw .unterminated(label: open.label) }
        guard !blocks.isEmpty else { throw .noBlock }
        return blocks
    }

    private static func decode(label: String, lines: [ArraySlice<UInt8>]) throws(PEMError) -> PEMBlock {
        let headers = lines.prefix { $0.contains(UInt8(ascii: ":")) }
        let isEncrypted = headers.contains { String(decoding: $0, as: UTF8.self).contains("ENCRYPTED") }
        if isEncrypted { return PEMBlock(label: label, der: [], isEncrypted: true) }
        let base64 = lines.dropFirst(headers.count).joined().filter {
            $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t")
        }
        guard let data = Data(base64Encoded: Data(base64)), !data.isEmpty else { throw .notBase64(label: label) }
        return PEMBlock(label: label, der: Array(data), isEncrypted: false)
    }

    private static func label(of line: ArraySlice<UInt8>, marker: [UInt8]) -> String? {
        guard line.starts(with: marker), line.count >= marker.count + dashes.count,
            line.suffix(dashes.count).elementsEqual(dashes)
        else { return nil }
        return String(decoding: line.dropFirst(marker.count).dropLast(dashes.count), as: UTF8.self)
    }

    private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let isSpace: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        var line = line.drop(while: isSpace)
        while let last = line.last, isSpace(last) { line.removeLast() }
        return line
    }
}
