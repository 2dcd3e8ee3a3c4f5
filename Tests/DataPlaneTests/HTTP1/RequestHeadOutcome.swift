@testable import DataPlane

/// What reading a request head came to, as a value that tests compare.
enum RequestHeadOutcome: Equatable, CustomStringConvertible, Sendable {
    case incomplete
    case refused(RequestRefusal)
    /// The outcome in words, as ``RequestHeadOutcome/describe(_:in:)`` writes it, and the length of the head.
    case complete(String, byteCount: Int)

    var description: String {
        switch self {
        case .incomplete: "incomplete"
        case .refused(let refusal): "refused: \(refusal)"
        case .complete(let text, let count): "\(text) (\(count) bytes)"
        }
    }

    /// Reads `bytes` with the ends of the calls at `cuts`, ascending, and then at the end of the bytes.
    static func reading(
        _ bytes: [UInt8], cuts: [Int] = [], limits: HeadLimits = HeadLimits()
    ) -> RequestHeadOutcome {
        var head = RequestHead()
        for end in cuts + [bytes.count] {
            do throws(RequestRefusal) {
                let progress = try head.parse(bytes.span.extracting(0..<end), limits: limits)
                if case .complete(let count) = progress {
                    return .complete(describe(head, in: bytes), byteCount: count)
                }
            } catch {
                return .refused(error)
            }
        }
        return .incomplete
    }

    /// `METHOD path[?query] @host[:port] framing` and then what is out of the ordinary.
    static func describe(_ head: borrowing RequestHead, in bytes: [UInt8]) -> String {
        func text(_ range: ByteRange) -> String { String(decoding: bytes[range.indices], as: UTF8.self) }
        var words = [text(head.methodName)]
        switch head.targetForm {
        case .asterisk: words.append("*")
        case .origin, .absolute:
            words.append(text(head.path) + (head.query.map { "?" + text($0) } ?? ""))
        }
        words.append("@" + text(head.host.host) + (head.host.port.map { ":\($0)" } ?? ""))
        switch head.framing {
        case .none: break
        case .length(let length): words.append("length=\(length)")
        case .chunked: words.append("chunked")
        case .untilClose: words.append("untilClose")
        }
        if head.version == .http10 { words.append("1.0") }
        if !head.isPersistent { words.append("close") }
        if head.expectsContinue { words.append("expects") }
        switch head.upgrade {
        case .none: break
        case .webSocket: words.append("websocket")
        case .other: words.append("upgrade")
        }
        if head.acceptsTrailers { words.append("trailers") }
        if head.targetNeedsEncoding { words.append("encode") }
        return words.joined(separator: " ")
    }
}

extension String {
    /// The scalars as octets, so that `\u{FF}` stands for the octet FF.
    var octets: [UInt8] { unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } }
}
