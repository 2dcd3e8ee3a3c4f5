/// The ranges that a `Range` field asks of a representation (RFC 9110, section 14).
enum RequestedRanges: Equatable, Sendable {
    /// The field is to be ignored: another unit, malformed, or asking for more than is reasonable.
    case ignored
    /// None of the ranges lies within the representation.
    case unsatisfiable
    /// The ranges that do, in the order asked for; never empty.
    case satisfiable([Range<Int>])

    /// The most ranges that are answered; a request for more gets the whole (RFC 9110, section 14.2).
    static var maximumCount: Int { 16 }

    /// Reads the value of the field for a representation of `size` bytes. Ranges that overlap, or ask for more bytes in
    /// total than there are, are ignored as well: they only serve to make an answer large.
    init(_ value: ByteRange, of size: Int, in scanner: ByteScanner) {
        let unit = ByteRange(value.lowerBound, min(value.upperBound, value.lowerBound + 6))
        guard scanner.matches(unit, lowercased: "bytes=") else {
            self = .ignored
            return
        }
        var ranges: [Range<Int>] = []
        var specifiers = 0
        var isValid = true
        scanner.forEachListElement(of: ByteRange(unit.upperBound, value.upperBound)) { element in
            specifiers += 1
            guard specifiers <= Self.maximumCount, let range = Self.range(element, of: size, in: scanner) else {
                isValid = false
                return false
            }
            if !range.isEmpty { ranges.append(range) }
            return true
        }
        guard isValid, specifiers > 0 else {
            self = .ignored
            return
        }
        if ranges.isEmpty {
            self = .unsatisfiable
        } else if Self.areReasonable(ranges) {
            self = .satisfiable(ranges)
        } else {
            self = .ignored
        }
    }

    /// One range clamped to the size; empty where it is unsatisfiable, nil where it is malformed.
    private static func range(_ element: ByteRange, of size: Int, in scanner: ByteScanner) -> Range<Int>? {
        let dash = scanner.firstIndex(of: UInt8(ascii: "-"), from: element.lowerBound, to: element.upperBound)
        guard dash < element.upperBound else { return nil }
        let first = ByteRange(element.lowerBound, dash)
        let last = ByteRange(dash + 1, element.upperBound)
        if first.isEmpty {
            guard let length = number(last, in: scanner) else { return nil }
            return max(0, size - length)..<size
        }
        guard let start = number(first, in: scanner) else { return nil }
        guard !last.isEmpty else { return min(start, size)..<size }
        guard let end = number(last, in: scanner), end >= start else { return nil }
        guard start < size else { return 0..<0 }
        return start..<min(end, size - 1) + 1
    }

    /// A number of digits; one beyond an `Int` counts as the largest.
    private static func number(_ digits: ByteRange, in scanner: ByteScanner) -> Int? {
        guard !digits.isEmpty else { return nil }
        for index in digits.indices where scanner[index] &- 0x30 >= 10 { return nil }
        return parseContentLength(digits, in: scanner) ?? Int.max
    }

    private static func areReasonable(_ ranges: [Range<Int>]) -> Bool {
        guard ranges.count > 1 else { return true }
        let sorted = ranges.sorted { $0.lowerBound < $1.lowerBound }
        return zip(sorted, sorted.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound }
    }
}
