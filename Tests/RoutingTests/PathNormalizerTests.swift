import Routing
import Testing

struct PathNormalizerTests {
    private static func normalize(_ path: [UInt8], mergeSlashes: Bool = true) -> Result<[UInt8], PathNormalizer.Failure>
    {
        var buffer = Array("left over".utf8)
        switch PathNormalizer.normalize(path.span, into: &buffer, mergeSlashes: mergeSlashes) {
        case .normal: return .success(path)
        case .rewritten: return .success(buffer)
        case .invalid(let failure): return .failure(failure)
        }
    }

    private static func normalize(_ path: String, mergeSlashes: Bool = true) -> Result<String, PathNormalizer.Failure> {
        normalize(Array(path.utf8), mergeSlashes: mergeSlashes).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(
        "A path is brought to its normal form",
        arguments: [
            ("/", "/"), ("/a", "/a"), ("/a/", "/a/"), ("/a/b/c.html", "/a/b/c.html"),
            ("//", "/"), ("//a", "/a"), ("/a//b", "/a/b"), ("/a///", "/a/"),
            ("/.", "/"), ("/./", "/"), ("/a/.", "/a/"), ("/a/./b", "/a/b"), ("/./a", "/a"),
            ("/a/..", "/"), ("/a/../", "/"), ("/a/b/..", "/a/"), ("/a/b/../c", "/a/c"), ("/a/b/../../c", "/c"),
            ("/a//../b", "/b"), ("/a/b/c/./../../g", "/a/g"), ("/mid/content=5/../6", "/mid/6"),
            ("/...", "/..."), ("/.a", "/.a"), ("/..a", "/..a"), ("/a.", "/a."), ("/a/...", "/a/..."),
            ("/%2e", "/"), ("/a/%2E%2e/b", "/b"), ("/a/.%2e/b", "/b"), ("/a/%2e./b", "/b"), ("/%2e%2e%2e", "/..."),
            ("/%61%5A%30%2D%5F%7E", "/aZ0-_~"), ("/%3a%2b", "/%3A%2B"), ("/a%20b", "/a%20b"),
            ("/a%2fb", "/a%2Fb"), ("/a%2F..%2Fb", "/a%2F..%2Fb"), ("/a%5cb", "/a%5Cb"), ("/a\\b", "/a%5Cb"),
            ("/a%2f/../b", "/b"), ("/caf\u{e9}", "/caf%C3%A9"), ("/caf%c3%a9", "/caf%C3%A9"),
            ("/a\"<>[]^`{|}", "/a%22%3C%3E%5B%5D%5E%60%7B%7C%7D"), ("/a!$&'()*+,;=:@b", "/a!$&'()*+,;=:@b"),
            ("/%21", "/%21"), ("/%25", "/%25"), ("/%252e%252e", "/%252e%252e"), ("/%2525", "/%2525"),
            ("/a%7f", "/a%7F"), ("/%0a", "/%0A"), ("/%ff", "/%FF"), ("/?x", "/%3Fx"),
        ])
    func normalForm(path: String, expected: String) {
        #expect(Self.normalize(path) == .success(expected))
    }

    @Test(
        "Slashes stay where merging is off",
        arguments: [
            ("//", "//"), ("/a//b", "/a//b"), ("/a//../b", "/a/b"), ("/a//..", "/a/"), ("/a//.", "/a//"),
            ("//..", "/"), ("/a/b/..//c", "/a//c"),
        ])
    func withoutMerging(path: String, expected: String) {
        #expect(Self.normalize(path, mergeSlashes: false) == .success(expected))
    }

    @Test(
        "A path that has no normal form is refused with the reason",
        arguments: [
            ("", PathNormalizer.Failure.notAbsolute), ("a", .notAbsolute), ("*", .notAbsolute), ("%2Fa", .notAbsolute),
            ("/..", .leavesRoot), ("/../a", .leavesRoot), ("/a/../..", .leavesRoot), ("/a/../../b", .leavesRoot),
            ("/%2e%2e/a", .leavesRoot), ("/./..", .leavesRoot), ("//..", .leavesRoot), ("/a//../..", .leavesRoot),
            ("/%", .malformedEscape(offset: 1)), ("/a%2", .malformedEscape(offset: 2)),
            ("/%zz", .malformedEscape(offset: 1)), ("/%2g", .malformedEscape(offset: 1)),
            ("/a%u0041", .malformedEscape(offset: 2)), ("/%%41", .malformedEscape(offset: 1)),
            ("/a%00", .nul(offset: 2)), ("/a\0", .nul(offset: 2)),
            ("/a b", .forbiddenOctet(0x20, offset: 2)), ("/a\tb", .forbiddenOctet(0x09, offset: 2)),
            ("/a\u{7f}", .forbiddenOctet(0x7F, offset: 2)), ("/a#b", .forbiddenOctet(0x23, offset: 2)),
            ("/a\r\nb", .forbiddenOctet(0x0D, offset: 2)),
        ])
    func invalid(path: String, failure: PathNormalizer.Failure) {
        #expect(Self.normalize(path) == .failure(failure))
    }

    @Test(
        "The path of a rule means what it looks like",
        arguments: [
            ("/a b", "/a%20b"), ("/100%", "/100%25"), ("/a%2", "/a%252"), ("/a#b?c", "/a%23b%3Fc"),
            ("/caf\u{e9}", "/caf%C3%A9"), ("/a//b/../c", "/a/c"), ("/%7Euser", "/~user"),
        ])
    func rule(path: String, expected: String) throws {
        #expect(String(decoding: try PathNormalizer.normalizeRule(path), as: UTF8.self) == expected)
    }

    @Test("A rule that no request can have is refused")
    func invalidRule() {
        #expect(throws: PathNormalizer.Failure.leavesRoot) { try PathNormalizer.normalizeRule("/../a") }
        #expect(throws: PathNormalizer.Failure.nul(offset: 2)) { try PathNormalizer.normalizeRule("/a%00") }
        #expect(throws: PathNormalizer.Failure.notAbsolute) { try PathNormalizer.normalizeRule("a") }
    }

    @Test("The path of a target ends before the query", arguments: [("/a?b?c", 2), ("/a", 2), ("?", 0), ("", 0)])
    func pathEnd(target: String, expected: Int) {
        let octets = Array(target.utf8)
        let end = PathNormalizer.pathEnd(of: octets.span)
        #expect(end == expected)
    }

    @Test("Random paths equal a slow reference, and normal forms are their own normal form")
    func randomPathsEqualReference() {
        var random = SeededRandom()
        let pieces = [
            "/", "/", "/", ".", ".", "a", "b", "%2e", "%2E", "%2f", "%5C", "%41", "%c3%a9", "%C3", "\u{e9}", "%00", "%",
            "%4", "\\", " ", "~", "!", "[", "%21", "#", "\u{1}", "?", "%7e",
        ]
        for _ in 0..<40_000 {
            // Mostly pieces that are valid, so that long valid paths occur.
            let count = random.below(14)
            let limit = random.below(4) == 0 ? pieces.count : 15
            let path = "/" + (0..<count).map { _ in pieces[random.below(limit)] }.joined()
            let mergeSlashes = random.below(4) != 0
            let result = Self.normalize(Array(path.utf8), mergeSlashes: mergeSlashes)
            let expected = ReferenceNormalizer.normalize(Array(path.utf8), mergeSlashes: mergeSlashes)
            #expect((try? result.get()) == expected, "\(path) merge \(mergeSlashes), \(random)")
            guard case .success(let normal) = result else { continue }
            let isNormal = PathNormalizer.isNormal(normal.span, mergeSlashes: mergeSlashes)
            #expect(isNormal, "\(path) gave \(String(decoding: normal, as: UTF8.self)), \(random)")
        }
    }

    @Test("Random octets equal the reference")
    func randomOctetsEqualReference() {
        var random = SeededRandom()
        for _ in 0..<20_000 {
            let path = [UInt8(ascii: "/")] + (0..<random.below(6)).map { _ in UInt8(random.below(256)) }
            let expected = ReferenceNormalizer.normalize(path, mergeSlashes: true)
            #expect((try? Self.normalize(path).get()) == expected, "\(path), \(random)")
        }
    }

    @Test("A path of 64 KiB with as many segments as fit is normalised")
    func longPath() {
        let climbing =
            Array(String(repeating: "/a", count: 16_384).utf8) + Array(String(repeating: "/..", count: 16_384).utf8)
        #expect(Self.normalize(climbing) == .success([UInt8(ascii: "/")]))
        let slashes = [UInt8](repeating: UInt8(ascii: "/"), count: 65_536)
        #expect(Self.normalize(slashes) == .success([UInt8(ascii: "/")]))
        #expect(Self.normalize(climbing + Array("/..".utf8)) == .failure(.leavesRoot))
    }
}

/// The normal form as architecture states it, step by step and without care for speed.
enum ReferenceNormalizer {
    static func normalize(_ path: [UInt8], mergeSlashes: Bool) -> [UInt8]? {
        guard path.first == UInt8(ascii: "/"), let escaped = escape(path) else { return nil }
        var segments = escaped.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map(
            Array.init)
        if mergeSlashes {
            let last = segments.count - 1
            segments = segments.enumerated().filter { $0.offset == last || !$0.element.isEmpty }.map(\.element)
        }
        var output: [[UInt8]] = []
        for (index, segment) in segments.enumerated() {
            let isLast = index == segments.count - 1
            switch String(decoding: segment, as: UTF8.self) {
            case ".":
                if isLast { output.append([]) }
            case "..":
                guard !output.isEmpty else { return nil }
                output.removeLast()
                if isLast { output.append([]) }
            default: output.append(segment)
            }
        }
        return [UInt8(ascii: "/")] + Array(output.joined(separator: [UInt8(ascii: "/")]))
    }

    private static func escape(_ path: [UInt8]) -> [UInt8]? {
        let unreserved = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
        let standing = unreserved.union("!$&'()*+,;=:@/".utf8)
        var output: [UInt8] = []
        var index = 0
        while index < path.count {
            var octet = path[index]
            index += 1
            if octet == UInt8(ascii: "%") {
                guard index + 2 <= path.count, path[index] != UInt8(ascii: "+"), path[index] != UInt8(ascii: "-"),
                    let value = UInt8(String(decoding: path[index..<index + 2], as: UTF8.self), radix: 16)
                else { return nil }
                octet = value
                index += 2
                if octet == 0 { return nil }
                if unreserved.contains(octet) {
                    output.append(octet)
                    continue
                }
            } else if standing.contains(octet) {
                output.append(octet)
                continue
            } else if octet <= 0x20 || octet == 0x7F || octet == UInt8(ascii: "#") {
                return nil
            }
            let digits = String(octet, radix: 16, uppercase: true)
            output += Array("%\(digits.count == 1 ? "0" : "")\(digits)".utf8)
        }
        return output
    }
}
