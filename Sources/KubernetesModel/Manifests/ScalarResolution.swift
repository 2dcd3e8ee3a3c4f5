internal import Foundation

/// Gives plain scalars the types that `kubectl` gives them, which reads YAML with go-yaml 2: the booleans of YAML 1.1,
/// integers in four bases, and no times.
enum ScalarResolution {
    /// The typed value of a scalar that was written without quotes and without a tag.
    static func resolve(_ text: String) -> ManifestNode.Value {
        guard let first = text.utf8.first else { return .null }
        switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            return number(text) ?? .string(text)
        case UInt8(ascii: "~"):
            return text == "~" ? .null : .string(text)
        default:
            return text.utf8.count <= 5 ? words[text] ?? .string(text) : .string(text)
        }
    }

    /// The value of a scalar with an explicit tag; nil where the text does not fit the tag.
    static func resolve(_ text: String, tag: String) -> ManifestNode.Value? {
        switch tag {
        case "tag:yaml.org,2002:str", "!": return .string(text)
        case "tag:yaml.org,2002:null": return .null
        case "tag:yaml.org,2002:bool":
            if case .boolean(let value)? = words[text] { return .boolean(value) }
            return nil
        case "tag:yaml.org,2002:int":
            if case .integer(let value)? = number(text) { return .integer(value) }
            return nil
        case "tag:yaml.org,2002:float":
            switch number(text) {
            case .integer(let value)?: return .float(Double(value))
            case .float(let value)?: return .float(value)
            default: return nil
            }
        case "tag:yaml.org,2002:binary":
            return Base64.decode(text).flatMap { String(validating: $0, as: UTF8.self) }.map { .string($0) }
        default:
            return resolve(text)
        }
    }

    /// The name that a plain key has: as it is converted to JSON, a boolean or integer key becomes its canonical text.
    static func keyName(_ text: String) -> String {
        switch resolve(text) {
        case .boolean(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        default: text
        }
    }

    private static let words: [String: ManifestNode.Value] = {
        var words: [String: ManifestNode.Value] = [:]
        for word in ["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"] {
            words[word] = .boolean(true)
        }
        for word in ["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"] {
            words[word] = .boolean(false)
        }
        for word in ["null", "Null", "NULL"] { words[word] = .null }
        return words
    }()

    private static func number(_ text: String) -> ManifestNode.Value? {
        switch text {
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .float(.infinity)
        case "-.inf", "-.Inf", "-.INF": return .float(-.infinity)
        case ".nan", ".NaN", ".NAN": return .float(.nan)
        default: break
        }
        let plain = text.contains("_") ? text.filter { $0 != "_" } : text
        if let integer = integer(plain) { return .integer(integer) }
        guard isDecimal(plain), let value = Double(plain) else { return nil }
        return .float(value)
    }

    /// The bases of Go's `strconv.ParseInt` with base 0: decimal, `0x`, `0b`, `0o`, and octal after a leading zero.
    private static func integer(_ text: String) -> Int? {
        var digits = Substring(text)
        var sign = ""
        if let first = digits.first, first == "-" || first == "+" {
            if first == "-" { sign = "-" }
            digits = digits.dropFirst()
        }
        guard let lead = digits.utf8.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(lead) else { return nil }
        if lead != UInt8(ascii: "0") || digits.utf8.count == 1 { return Int(sign + digits) }
        let rest = digits.dropFirst()
        switch rest.first {
        case "x", "X": return Int(sign + rest.dropFirst(), radix: 16)
        case "b", "B": return Int(sign + rest.dropFirst(), radix: 2)
        case "o", "O": return Int(sign + rest.dropFirst(), radix: 8)
        default: return Int(sign + rest, radix: 8)
        }
    }

    /// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
    private static func isDecimal(_ text: String) -> Bool {
        var rest = Substring(text).utf8
        func takeDigits() -> Int {
            let count = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
            rest = rest.dropFirst(count)
            return count
        }
        func take(_ bytes: Set<UInt8>) -> Bool {
            guard let first = rest.first, bytes.contains(first) else { return false }
            rest = rest.dropFirst()
            return true
        }
        let signs: Set<UInt8> = [UInt8(ascii: "-"), UInt8(ascii: "+")]
        _ = take(signs)
        let whole = takeDigits()
        let fraction = take([UInt8(ascii: ".")]) ? takeDigits() : 0
        guard whole > 0 || fraction > 0 else { return false }
        if take([UInt8(ascii: "e"), UInt8(ascii: "E")]) {
            _ = take(signs)
            guard takeDigits() > 0 else { return false }
        }
        return rest.isEmpty
    }
}

/// Base64 as Go's standard decoder reads it: the standard alphabet with padding, line breaks ignored.
enum Base64 {
    /// The decoded bytes; nil where `text` is not base64.
    static func decode(_ text: String) -> [UInt8]? {
        let hasBreaks = text.utf8.contains { $0 == 0x0A || $0 == 0x0D }
        let compact = hasBreaks ? String(text.unicodeScalars.filter { $0 != "\n" && $0 != "\r" }) : text
        return Data(base64Encoded: compact).map { Array($0) }
    }
}
