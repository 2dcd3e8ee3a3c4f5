/// The normal form in which paths are compared, and the way to it.
///
/// In normal form a path begins with a slash and
/// - escapes of unreserved characters are decoded, all others are upper case (RFC 3986, sections 6.2.2.1 and 6.2.2.2);
///   an encoded slash (`%2F`) and an encoded backslash (`%5C`) thus stay what they are, and separate nothing;
/// - octets that may not stand in a path as they are, such as those above 127 and the backslash, are escaped;
/// - slashes that follow one another are one, unless that is turned off;
/// - there are no dot segments, written with `%2e` or not (section 5.2.4). A path that ends in one names a directory and
///   keeps the slash before it: `/a/.` is `/a/`, `/a/b/..` is `/a/`, and `/.` is `/`. Slashes are merged first:
///   `/a//../b` is `/b`, and `/a/b` where merging is off.
///
/// A path that leaves the root has no normal form, nor has one with a malformed escape, with `%00`, or with an octet
/// that no request target holds. Such requests are answered 400.
///
/// The query takes no part: pass the path alone, see ``pathEnd(of:)``.
package enum PathNormalizer {
    /// Why a path has no normal form.
    package enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
        /// It does not begin with a slash.
        case notAbsolute
        /// A `..` goes above the root.
        case leavesRoot
        /// A percent sign that two hexadecimal digits do not follow, at this offset.
        case malformedEscape(offset: Int)
        /// `%00`, or the octet itself, at this offset.
        case nul(offset: Int)
        /// A control character, a space or `#`, at this offset.
        case forbiddenOctet(UInt8, offset: Int)

        package var description: String {
            switch self {
            case .notAbsolute: "the path does not begin with a slash"
            case .leavesRoot: "the path leaves the root"
            case .malformedEscape(let offset):
                "the percent sign at offset \(offset) is not followed by two hexadecimal digits"
            case .nul(let offset): "there is a NUL at offset \(offset)"
            case .forbiddenOctet(let octet, let offset):
                "the octet 0x\(String(octet, radix: 16, uppercase: true)) at offset \(offset) may not stand in a path"
            }
        }
    }

    package enum Outcome: Hashable, Sendable {
        /// The path is in normal form as it is; the buffer was not touched.
        case normal
        /// The buffer holds the normal form.
        case rewritten
        /// There is no normal form; what the buffer holds means nothing.
        case invalid(Failure)
    }

    /// Where the path of an origin-form target ends: at the first `?`, or at the end.
    package static func pathEnd(of target: borrowing Span<UInt8>) -> Int {
        var index = 0
        while index < target.count, target[index] != Octet.question {
            index &+= 1
        }
        return index
    }

    /// Brings the path of a request to its normal form.
    ///
    /// - Parameters:
    ///   - path: the path as it came, without the query.
    ///   - buffer: receives the normal form where it differs from `path`. Its capacity is reused.
    ///   - mergeSlashes: whether slashes that follow one another become one.
    package static func normalize(
        _ path: borrowing Span<UInt8>,
        into buffer: inout [UInt8],
        mergeSlashes: Bool = true
    ) -> Outcome {
        if isNormal(path, mergeSlashes: mergeSlashes) {
            return .normal
        }
        var writer = PathWriter(mergeSlashes: mergeSlashes)
        buffer.removeAll(keepingCapacity: true)
        do throws(Failure) {
            try writer.write(path, to: &buffer, lenient: false)
            return .rewritten
        } catch {
            return .invalid(error)
        }
    }

    /// The normal form of a path that stands in a rule.
    ///
    /// Rules are written by people: a space, a `#`, a `?`, a control character or a percent sign that begins no escape
    /// stands for itself and is escaped.
    ///
    /// - Throws: ``Failure`` where no request can have that path.
    package static func normalizeRule(_ path: String, mergeSlashes: Bool = true) throws(Failure) -> [UInt8] {
        let octets = Array(path.utf8)
        var buffer: [UInt8] = []
        var writer = PathWriter(mergeSlashes: mergeSlashes)
        try writer.write(octets.span, to: &buffer, lenient: true)
        return buffer
    }

    /// Whether a path is in normal form, found in one pass.
    package static func isNormal(_ path: borrowing Span<UInt8>, mergeSlashes: Bool = true) -> Bool {
        guard path.count > 0, path[0] == Octet.slash else { return false }
        var index = 1
        while index < path.count {
            let octet = path[index]
            if Octet.isSegmentCharacter(octet) {
                if octet == Octet.dot, path[index &- 1] == Octet.slash, isDotSegment(path, at: index) { return false }
            } else if octet == Octet.slash {
                if mergeSlashes, path[index &- 1] == Octet.slash { return false }
            } else {
                guard octet == Octet.percent, isNormalEscape(path, at: index) else { return false }
                index &+= 2
            }
            index &+= 1
        }
        return true
    }

    /// Whether the segment that begins with the dot at `index` is `.` or `..`.
    private static func isDotSegment(_ path: borrowing Span<UInt8>, at index: Int) -> Bool {
        var end = index &+ 1
        if end < path.count, path[end] == Octet.dot { end &+= 1 }
        return end == path.count || path[end] == Octet.slash
    }

    /// Whether the escape at `index` is upper case and one that stays.
    private static func isNormalEscape(_ path: borrowing Span<UInt8>, at index: Int) -> Bool {
        guard let octet = Octet.escaped(in: path, at: index), octet != 0, !Octet.isUnreserved(octet) else {
            return false
        }
        return path[index &+ 1] == Octet.hexadecimalDigit(octet >> 4)
            && path[index &+ 2] == Octet.hexadecimalDigit(octet & 15)
    }
}

/// Writes a normal form, segment by segment.
private struct PathWriter {
    let mergeSlashes: Bool
    /// Where the segment being written begins, behind its slash.
    private var segmentStart = 1

    init(mergeSlashes: Bool) {
        self.mergeSlashes = mergeSlashes
    }

    mutating func write(
        _ path: borrowing Span<UInt8>,
        to buffer: inout [UInt8],
        lenient: Bool
    ) throws(PathNormalizer.Failure) {
        guard path.count > 0, path[0] == Octet.slash else { throw .notAbsolute }
        buffer.append(Octet.slash)
        var index = 1
        while index < path.count {
            let octet = path[index]
            if octet == Octet.slash {
                try endSegment(&buffer, more: true)
            } else if octet == Octet.percent {
                index &+= try writeEscape(path, at: index, to: &buffer, lenient: lenient)
                continue
            } else if Octet.isSegmentCharacter(octet) {
                buffer.append(octet)
            } else {
                try Self.check(octet, at: index, lenient: lenient)
                buffer.appendEscape(of: octet)
            }
            index &+= 1
        }
        try endSegment(&buffer, more: false)
    }

    /// Writes the escape at `index` and returns the number of octets read.
    private func writeEscape(
        _ path: borrowing Span<UInt8>,
        at index: Int,
        to buffer: inout [UInt8],
        lenient: Bool
    ) throws(PathNormalizer.Failure) -> Int {
        guard let octet = Octet.escaped(in: path, at: index) else {
            guard lenient else { throw .malformedEscape(offset: index) }
            buffer.appendEscape(of: Octet.percent)
            return 1
        }
        guard octet != 0 else { throw .nul(offset: index) }
        if Octet.isUnreserved(octet) {
            buffer.append(octet)
        } else {
            buffer.appendEscape(of: octet)
        }
        return 3
    }

    private static func check(_ octet: UInt8, at index: Int, lenient: Bool) throws(PathNormalizer.Failure) {
        guard octet != 0 else { throw .nul(offset: index) }
        if !lenient, Octet.isControlOrSpace(octet) || octet == UInt8(ascii: "#") {
            throw .forbiddenOctet(octet, offset: index)
        }
    }

    /// Resolves the segment at the end of the buffer, and begins the next where there is `more`.
    private mutating func endSegment(_ buffer: inout [UInt8], more: Bool) throws(PathNormalizer.Failure) {
        let length = buffer.count &- segmentStart
        let isDots =
            (length == 1 || length == 2) && buffer[segmentStart] == Octet.dot && buffer[buffer.count &- 1] == Octet.dot
        if isDots {
            buffer.removeLast(length)
            if length == 2 { try removeSegment(&buffer) }
            // The slash before the segment stands, and separates what follows.
            return
        }
        if length == 0, mergeSlashes { return }
        if more {
            buffer.append(Octet.slash)
            segmentStart = buffer.count
        }
    }

    /// Removes the segment before the slash at the end of the buffer.
    private mutating func removeSegment(_ buffer: inout [UInt8]) throws(PathNormalizer.Failure) {
        guard buffer.count > 1 else { throw .leavesRoot }
        buffer.removeLast()
        while buffer[buffer.count &- 1] != Octet.slash {
            buffer.removeLast()
        }
        segmentStart = buffer.count
    }
}
