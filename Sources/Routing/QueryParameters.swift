/// Reads queries of the form `name=value&name=value`, in which `+` stands for a space and percent escapes are decoded.
/// A percent sign that begins no escape stands for itself.
enum QueryParameters {
    /// Whether `predicate` holds for the value, still encoded, of any parameter of the given name, or of any name where it
    /// is empty. A parameter without `=` has an empty value.
    static func any(
        _ query: borrowing Span<UInt8>,
        named name: borrowing Span<UInt8>,
        where predicate: (borrowing Span<UInt8>) -> Bool
    ) -> Bool {
        var start = 0
        while start < query.count {
            var end = start
            while end < query.count, query[end] != Octet.ampersand {
                end &+= 1
            }
            var nameEnd = start
            while nameEnd < end, query[nameEnd] != Octet.equals {
                nameEnd &+= 1
            }
            if nameEnd > start || (name.count == 0 && end > start),
                name.count == 0 || decodes(query.extracting(start..<nameEnd), to: name),
                predicate(query.extracting(min(nameEnd &+ 1, end)..<end))
            {
                return true
            }
            start = end &+ 1
        }
        return false
    }

    /// Whether `encoded` stands for `value`.
    static func decodes(_ encoded: borrowing Span<UInt8>, to value: borrowing Span<UInt8>) -> Bool {
        var index = 0
        var matched = 0
        while index < encoded.count {
            let (octet, length) = next(encoded, at: index)
            guard matched < value.count, value[matched] == octet else { return false }
            matched &+= 1
            index &+= length
        }
        return matched == value.count
    }

    /// What `encoded` stands for.
    static func decoded(_ encoded: borrowing Span<UInt8>) -> [UInt8] {
        var value: [UInt8] = []
        value.reserveCapacity(encoded.count)
        var index = 0
        while index < encoded.count {
            let (octet, length) = next(encoded, at: index)
            value.append(octet)
            index &+= length
        }
        return value
    }

    private static func next(_ encoded: borrowing Span<UInt8>, at index: Int) -> (octet: UInt8, length: Int) {
        let octet = encoded[index]
        if octet == Octet.plus { return (UInt8(ascii: " "), 1) }
        if octet == Octet.percent, let decoded = Octet.escaped(in: encoded, at: index) { return (decoded, 3) }
        return (octet, 1)
    }
}
