import KubernetesModel
import LoadBalancerModel

/// The values of Headgate's own annotations, read strictly.
enum NativeGrammar {
    /// Headgate's own booleans.
    static let boolean = ValueGrammar<Bool>("`true` or `false`") { text throws(AnnotationValueError) in
        switch text {
        case "true": return true
        case "false": return false
        default:
            guard let value = IngressNginxGrammar.goBoolean(text) else { throw .malformed() }
            throw .malformed(hint: "Write `\(value)`.")
        }
    }

    static let backendProtocol = ValueGrammar<String>.oneOf(["HTTP", "HTTPS"]).map { word -> BackendProtocol in
        word == "HTTPS" ? .https : .http
    }

    static let affinity = ValueGrammar<String>.oneOf(["cookie", "none"]).map { word -> AffinitySettings.Kind in
        word == "cookie" ? .cookie : .none
    }

    /// The longest time that the timers of a load balancer hold, 2^31 - 1 milliseconds, in whole hours.
    private static let longestHours = 596

    /// A positive length of time in milliseconds, as Go writes it.
    static let durationMilliseconds = ValueGrammar<Int>(
        "a duration from 1ms to \(longestHours)h with units, such as `60s`, `1m30s` or `500ms`"
    ) { text throws(AnnotationValueError) in try milliseconds(text, atLeast: 1) }

    /// A length of time in whole seconds.
    static let durationSeconds = ValueGrammar<Int>(
        "a duration from 1s to \(longestHours)h with units, such as `1h` or `30m`"
    ) { text throws(AnnotationValueError) in try milliseconds(text, atLeast: 1000) / 1000 }

    private static func milliseconds(_ text: String, atLeast minimum: Int) throws(AnnotationValueError) -> Int {
        guard let duration = GoDuration.parse(text), (minimum...longestHours * 3_600_000).contains(duration.count)
        else {
            let seconds = Int(text).flatMap { $0 > 0 ? $0 : nil }
            throw .malformed(hint: seconds.map { "Write `\($0)s` for seconds." })
        }
        return duration.count
    }

    /// A size in bytes as a Kubernetes quantity.
    static let quantityBytes = ValueGrammar<Int>(
        "a Kubernetes quantity of bytes, such as `10Mi`, `500k` or `1G`, or `0` for no limit"
    ) { text throws(AnnotationValueError) in
        if let bytes = Quantity.parse(text) { return bytes }
        // The sizes of nginx are the usual slip: `8m` is eight thousandths in Kubernetes.
        if let suffix = text.last, "kmgKMG".contains(suffix), let count = Int(text.dropLast()), count > 0 {
            throw .malformed(hint: "Write `\(count)\(suffix.uppercased())i`.")
        }
        throw .malformed()
    }

    /// A path to rewrite to.
    static let rewriteTarget = ValueGrammar<String>(
        "a path that starts with `/`, or with a group's `$1` to `$9`, without a query or a fragment"
    ) { text throws(AnnotationValueError) in
        guard text.hasPrefix("/") || text.hasPrefix("$") else {
            throw .malformed(hint: text.contains("://") ? "A redirect to a URL is not a rewrite." : nil)
        }
        try RewriteText.requirePathCharacters(text)
        try RewriteText.requireGroups(text)
        return text
    }

    /// A path, without groups.
    static let path = ValueGrammar<String>(
        "a path that starts with `/`, without a query or a fragment"
    ) { text throws(AnnotationValueError) in
        guard text.hasPrefix("/") else { throw .malformed() }
        guard !text.contains("$") else { throw .malformed(hint: "Groups stand in `headgate.dev/rewrite-target`.") }
        try RewriteText.requirePathCharacters(text)
        return text
    }

    /// The `Path` attribute of a cookie (RFC 6265, section 4.1.1).
    static let cookiePath = ValueGrammar<String>(
        "a path that starts with `/`, without control characters or `;`"
    ) { text throws(AnnotationValueError) in
        guard text.hasPrefix("/"), text.utf8.allSatisfy({ (0x20...0x7E).contains($0) && $0 != UInt8(ascii: ";") })
        else { throw .malformed() }
        return text
    }

    /// The name of a cookie: a token of RFC 9110, section 5.6.2.
    static let cookieName = ValueGrammar<String>(
        "a cookie name of letters, digits and ``!#$%&'*+-.^_`|~``"
    ) { text throws(AnnotationValueError) in
        guard !text.isEmpty, text.utf8.allSatisfy(TokenText.isTokenByte) else { throw .malformed() }
        return text
    }

    /// The name of a group: a DNS label (RFC 1123).
    static let groupName = ValueGrammar<String>(
        "a name of 1 to 63 lower-case letters, digits and inner hyphens"
    ) { text throws(AnnotationValueError) in
        let bytes = text.utf8
        let isLabel = bytes.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
            default: false
            }
        }
        guard (1...63).contains(bytes.count), isLabel, !text.hasPrefix("-"), !text.hasSuffix("-") else {
            throw .malformed()
        }
        return text
    }
}
