import LoadBalancerModel

/// The values of ingress-nginx's annotations as its version 1.12 reads them: its validators, then Go's `strconv`, then
/// what its nginx.conf template lets pass. What would make nginx refuse the configuration is malformed here.
enum IngressNginxGrammar {
    /// The booleans of Go's `strconv.ParseBool`.
    static let boolean = ValueGrammar<Bool>(
        "`true` or `false` (also `1`, `t`, `T`, `TRUE`, `True` and `0`, `f`, `F`, `FALSE`, `False`)"
    ) { text throws(AnnotationValueError) in
        guard let value = goBoolean(text) else { throw .malformed() }
        return value
    }

    /// `strconv.ParseBool`.
    static func goBoolean(_ text: String) -> Bool? {
        switch text {
        case "1", "t", "T", "TRUE", "true", "True": true
        case "0", "f", "F", "FALSE", "false", "False": false
        default: nil
        }
    }

    /// Case and surrounding space do not count.
    static let backendProtocol = ValueGrammar<BackendProtocol>("`HTTP` or `HTTPS`") {
        text throws(AnnotationValueError) in
        let word = NginxText.trimmed(text).uppercased()
        switch word {
        case "HTTP": return .http
        case "HTTPS": return .https
        case "GRPC", "GRPCS":
            throw .unsupported(
                explanation: "gRPC needs HTTP/2 to the backend, which is not supported yet; HTTP/1.1 is spoken instead."
            )
        case "FCGI":
            throw .unsupported(explanation: "FastCGI is not supported; HTTP/1.1 is spoken to the backend instead.")
        case "AUTO_HTTP":
            throw .unsupported(
                explanation: "The client's protocol does not choose the backend's; HTTP is spoken instead."
            )
        default: throw .malformed()
        }
    }

    static let affinity = ValueGrammar<AffinitySettings.Kind>("`cookie`") { text throws(AnnotationValueError) in
        guard NginxText.trimmed(text) == "cookie" else { throw .malformed() }
        return .cookie
    }

    /// Whole seconds without a unit, in milliseconds.
    static let seconds = ValueGrammar<Int>(
        "a whole number of seconds from 1 to \(NginxText.longestSeconds) without a unit, such as `60`"
    ) { text throws(AnnotationValueError) in
        guard let seconds = NginxText.integer(text) else {
            let digits = text.hasSuffix("s") ? Int(text.dropLast()) : nil
            throw .malformed(hint: digits.map { "Write `\($0)`." })
        }
        guard (1...NginxText.longestSeconds).contains(seconds) else { throw .malformed() }
        return seconds * 1000
    }

    /// The size of an nginx offset, in bytes.
    static let size = ValueGrammar<Int>(
        "a size in bytes, or with `k`, `m` or `g` behind it, such as `8m`, or `0` for no limit"
    ) { text throws(AnnotationValueError) in
        let trimmed = NginxText.trimmed(text)
        let shift =
            switch trimmed.last {
            case "k", "K": 10
            case "m", "M": 20
            case "g", "G": 30
            default: 0
            }
        let digits = shift == 0 ? trimmed[...] : trimmed.dropLast()
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            let binary = ["Ki": "k", "Mi": "m", "Gi": "g"].first { trimmed.hasSuffix($0.key) }
            throw .malformed(hint: binary.map { "Write `\(trimmed.dropLast(2))\($0.value)`." })
        }
        guard let count = Int(digits), count <= Int.max >> shift else { throw .malformed() }
        return count << shift
    }

    /// Seconds of a cookie's age.
    static let cookieAge = ValueGrammar<Int>(
        "a whole number of seconds of at least 1 without a unit, such as `172800`"
    ) { text throws(AnnotationValueError) in
        let trimmed = NginxText.trimmed(text)
        guard let first = trimmed.first, first.isASCII, first.isNumber, let seconds = Int(trimmed), seconds > 0 else {
            throw .malformed(hint: text == "0" ? "A cookie that expires at once keeps no session." : nil)
        }
        return seconds
    }

    /// The target of a rewrite with the characters that ingress-nginx accepts, or an absolute URL.
    static let rewriteTarget = ValueGrammar<String>(
        "a path or an absolute URL of letters, digits and `-._~/:`, with `$1` to `$9` for the groups of the path"
    ) { text throws(AnnotationValueError) in
        guard !text.isEmpty, text.utf8.allSatisfy({ TokenText.isAlphanumeric($0) || "-._~/:$".utf8.contains($0) })
        else {
            throw .malformed(hint: text.contains("?") ? "The query of the request is kept as it came." : nil)
        }
        try RewriteText.requireGroups(text)
        return text
    }

    /// The characters that ingress-nginx accepts, as far as a cookie's name may hold them.
    static let cookieName = ValueGrammar<String>(
        "a cookie name of letters, digits and `-._~`"
    ) { text throws(AnnotationValueError) in
        let trimmed = NginxText.trimmed(text)
        guard !trimmed.isEmpty, trimmed.utf8.allSatisfy({ TokenText.isAlphanumeric($0) || "-._~".utf8.contains($0) })
        else { throw .malformed() }
        return trimmed
    }

    static let cookiePath = ValueGrammar<String>(
        "a path that starts with `/`, of letters, digits and `-._~/:,?&=`"
    ) { text throws(AnnotationValueError) in
        let trimmed = NginxText.trimmed(text)
        guard trimmed.hasPrefix("/"),
            trimmed.utf8.allSatisfy({ TokenText.isAlphanumeric($0) || "-._~/:,?&=".utf8.contains($0) })
        else { throw .malformed() }
        return trimmed
    }
}

/// Pieces of the grammar of ingress-nginx.
enum NginxText {
    /// The longest time that nginx takes, 2^31 - 1 milliseconds, in whole seconds.
    static let longestSeconds = 2_147_483

    /// A text of another's as a sentence.
    static func sentence(_ text: String) -> String {
        "\(text.prefix(1).uppercased())\(text.dropFirst())\(text.hasSuffix(".") ? "" : ".")"
    }

    /// `strings.TrimSpace`.
    static func trimmed(_ text: String) -> String {
        let isSpace: (Character) -> Bool = { $0.isWhitespace }
        return String(text.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }

    /// `strconv.Atoi`: an optional sign and decimal digits.
    static func integer(_ text: String) -> Int? {
        Int(text)
    }
}
