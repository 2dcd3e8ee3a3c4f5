import LoadBalancerModel

/// The values of the AWS Load Balancer Controller's annotations, as that controller reads them.
enum AWSGrammar {
    /// Parts between commas; empty ones do not count.
    static func parts(_ text: String) -> [String] {
        text.split(separator: ",").map(trimmed).filter { !$0.isEmpty }
    }

    static func trimmed(_ text: some StringProtocol) -> String {
        let start = text.drop { $0.isWhitespace }
        return String(start.reversed().drop { $0.isWhitespace }.reversed())
    }

    /// A list of strings that all satisfy a condition.
    static func list(
        _ description: String, where isValid: @escaping @Sendable (String) -> Bool = { _ in true }
    ) -> ValueGrammar<[String]> {
        ValueGrammar(description) { text throws(AnnotationValueError) in
            let parts = parts(text)
            guard !parts.isEmpty else { throw .malformed() }
            if let stranger = parts.first(where: { !isValid($0) }) {
                throw .malformed(hint: "Correct `\(AnnotationText.shown(stranger))`.")
            }
            return parts.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        }
    }

    /// Pairs `key=value` between commas.
    static let map = ValueGrammar<[String: String]>("pairs `key=value`, separated by commas") {
        text throws(AnnotationValueError) in
        var pairs: [String: String] = [:]
        for part in parts(text) {
            guard let separator = part.firstIndex(of: "=") else {
                throw .malformed(hint: "Write `\(AnnotationText.shown(part))=VALUE`, or remove it.")
            }
            let key = trimmed(part[..<separator])
            let value = trimmed(part[part.index(after: separator)...])
            guard !key.isEmpty else { throw .malformed() }
            guard pairs.updateValue(value, forKey: key) == nil else {
                throw .malformed(hint: "Name `\(AnnotationText.shown(key))` once.")
            }
        }
        guard !pairs.isEmpty else { throw .malformed() }
        return pairs
    }

    static let boolean = IngressNginxGrammar.boolean

    /// A whole number, without a unit.
    static func integer(_ range: ClosedRange<Int>, _ what: String) -> ValueGrammar<Int> {
        ValueGrammar("\(what) from \(range.lowerBound) to \(range.upperBound)") { text throws(AnnotationValueError) in
            guard let number = Int(trimmed(text)) else {
                let digits = trimmed(text).hasSuffix("s") ? Int(trimmed(text).dropLast()) : nil
                throw .malformed(hint: digits.map { "Write `\($0)`." })
            }
            guard range.contains(number) else { throw .malformed() }
            return number
        }
    }

    // MARK: The load balancer

    static let scheme = ValueGrammar<String>.oneOf(["internal", "internet-facing"])

    static let addressType = ValueGrammar<String>.oneOf(["ipv4", "dualstack", "dualstack-without-public-ipv4"]).map {
        $0 == "dualstack-without-public-ipv4" ? AddressFamily.ipv6.rawValue : $0
    }

    /// The name of a load balancer on AWS.
    static let loadBalancerName = ValueGrammar<String>(
        "a name of at most 32 letters, digits and inner hyphens that doesn't begin with `internal-`"
    ) { text throws(AnnotationValueError) in
        let isName = text.utf8.allSatisfy { TokenText.isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
        guard (1...32).contains(text.utf8.count), isName, !text.hasPrefix("-"), !text.hasSuffix("-"),
            !text.hasPrefix("internal-")
        else { throw .malformed() }
        return text
    }

    static let subnets = list("ids `subnet-…` or values of the tag `Name`, separated by commas").map(sortedList)

    static let securityGroups = list("ids `sg-…` or values of the tag `Name`, separated by commas").map(sortedList)

    /// What is no ARN is told, and left out, where certificates are looked up: the ports that they are for stay asked for.
    static let certificates = list("ARNs of certificates, separated by commas")

    static let networks = list("networks in CIDR notation, separated by commas") { network in
        network.contains("/") && CIDRBlock(network) != nil
    }.map(canonicalNetworks)

    /// Networks as AWS tells them, each once and in order. What is no network stays as it is.
    static let canonicalNetworks: @Sendable ([String]) -> String = { networks in
        Set(networks.map { CIDRBlock($0)?.description ?? $0 }).sorted().joined(separator: ",")
    }

    private static let sortedList: @Sendable ([String]) -> String = { $0.sorted().joined(separator: ",") }

    /// The word for no web ACL: whichever is associated is taken off.
    static let noWebACL = "none"

    /// The ARN of a web ACL of WAFv2, or the word for none.
    static let webACL = ValueGrammar<String>("an ARN of WAFv2, `arn:aws:wafv2:…`, or `none`") {
        text throws(AnnotationValueError) in
        let arn = trimmed(text)
        if arn == noWebACL { return arn }
        guard arn.hasPrefix("arn:"), arn.contains(":wafv2:"), !arn.contains(where: \.isWhitespace) else {
            throw .malformed()
        }
        return arn
    }

    static let securityPolicy = ValueGrammar<String>("a security policy of AWS, `ELBSecurityPolicy-…`") {
        text throws(AnnotationValueError) in
        let name = trimmed(text)
        guard name.hasPrefix("ELBSecurityPolicy-"), !name.contains(where: \.isWhitespace) else { throw .malformed() }
        return name
    }

    /// The name of a group: lower-case letters, digits, hyphens and dots.
    static let groupName = ValueGrammar<String>(
        "a name of 1 to 63 lower-case letters, digits and inner hyphens and dots"
    ) { text throws(AnnotationValueError) in
        let isName = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: "-.".utf8.contains(byte)
            }
        }
        let ends = [text.utf8.first, text.utf8.last].compactMap(\.self)
        guard (1...63).contains(text.utf8.count), isName, ends.allSatisfy(TokenText.isAlphanumeric) else {
            throw .malformed()
        }
        return text
    }
}
