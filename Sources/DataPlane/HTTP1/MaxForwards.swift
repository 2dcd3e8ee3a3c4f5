/// How often a request may still be forwarded (RFC 9110, section 7.6.2).
enum MaxForwards: Equatable, Sendable {
    case unlimited
    /// So many more times; at 0 its recipient answers it.
    case hops(Int)
    /// The field is no number, or stands there twice: nobody knows when to stop.
    case malformed
}

extension RequestHead {
    /// What `Max-Forwards` says. It means something to OPTIONS and TRACE alone; a number beyond what can be counted is as
    /// good as the largest that can.
    func maxForwards(in bytes: Span<UInt8>) -> MaxForwards {
        guard method == .options || method == .trace, let first = fields.firstIndex(of: .maxForwards) else {
            return .unlimited
        }
        for index in first + 1..<max(first + 1, fields.count) where fields[index].known == .maxForwards {
            return .malformed
        }
        let value = fields[first].value
        guard !value.isEmpty else { return .malformed }
        var hops = 0
        for index in value.indices {
            let digit = bytes[index] &- 0x30
            guard digit < 10 else { return .malformed }
            hops = min(hops * 10 + Int(digit), 1_000_000_000)
        }
        return .hops(hops)
    }
}
