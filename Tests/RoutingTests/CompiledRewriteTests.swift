import LoadBalancerModel
import Routing
import Testing

struct CompiledRewriteTests {
    /// The target that a rewrite makes of `path?query`, or the outcome where it makes none.
    private static func rewrite(
        _ kind: PathRewrite.Kind,
        _ value: String,
        match: PathMatch,
        _ target: String
    ) throws -> String {
        let rewrite = try CompiledRewrite(PathRewrite(kind: kind, value: value), match: match)
        var result = Array("left over".utf8)
        let (path, query) = try split(target)
        let outcome = rewrite.apply(path: path.span, query: query.span, into: &result)
        return outcome == .rewritten ? String(decoding: result, as: UTF8.self) : "\(outcome)"
    }

    private static func split(_ target: String) throws -> (path: [UInt8], query: [UInt8]) {
        let octets = Array(target.utf8)
        let end = PathNormalizer.pathEnd(of: octets.span)
        return (
            try PathNormalizer.normalizeRule(String(decoding: octets[..<end], as: UTF8.self)),
            Array(octets[end...].dropFirst())
        )
    }

    @Test(
        "A template replaces the whole path, as nginx does",
        arguments: [
            // The documentation's own examples.
            ("/something(/|$)(.*)", "/$2", "/something", "/"),
            ("/something(/|$)(.*)", "/$2", "/something/", "/"),
            ("/something(/|$)(.*)", "/$2", "/something/new", "/new"),
            ("/something(/|$)(.*)", "/$2", "/SomeThing/New", "/New"),
            // What the expression does not match is dropped.
            ("/testpath", "/", "/testpath/more", "/"),
            ("/f/([^/]*)", "/foo/$1", "/f/1/2", "/foo/1"),
            // Groups that are missing are empty.
            ("/a/(.*)", "/$1/$2/$9", "/a/x", "/x//"), ("/a(/b)?", "/x$1", "/a", "/x"),
            // A slash is put before what has none.
            ("/api(.*)", "$1", "/api", "/"), ("/api/(.*)", "v2/$1", "/api/x", "/v2/x"),
            ("/api(.*)", "/$1", "/api/x", "//x"),
        ])
    func template(expression: String, template: String, path: String, expected: String) throws {
        let match = PathMatch(kind: .regularExpression, value: expression)
        #expect(try Self.rewrite(.template, template, match: match, path) == expected)
    }

    @Test(
        "Groups hold decoded text and are escaped anew",
        arguments: [
            ("/$1", "/a/x%20y%3Fz%2Fw", "/x%20y%3Fz%2Fw"), ("/$1", "/a/caf%c3%a9%ff%25z%5cq", "/caf%C3%A9%FF%25z%5Cq"),
            ("/$1", "/a/caf\u{e9}", "/caf%C3%A9"), ("/$1", "/a/%22%3C%7C%60%23", "/%22%3C%7C%60%23"),
            ("/$1", "/a/x%0d%0aEvil:%20y", "/x%0D%0AEvil:%20y"), ("/$1", "/a/!$&'()*+,;=:@", "/!$&'()*+,;=:@"),
            ("/caf\u{e9} #1/$1", "/a/x", "/caf%C3%A9%20%231/x"), ("/100%/$1", "/a/x", "/100%25/x"),
            ("/x?q=$1", "/a/x%26y%3Fz+w%20", "/x?q=x%26y%3Fz%2Bw%20"), ("/x?q=$1&r", "/a/b/c", "/x?q=b/c&r"),
        ])
    func escaping(template: String, path: String, expected: String) throws {
        let match = PathMatch(kind: .regularExpression, value: "/a/(.*)")
        #expect(try Self.rewrite(.template, template, match: match, path) == expected)
    }

    @Test(
        "The query of the request is appended, unless the template ends in a question mark",
        arguments: [
            ("/$1", "/a/x?k=v", "/x?k=v"), ("/x?q=$1", "/a/b?k=v&l", "/x?q=b&k=v&l"), ("/$1?", "/a/x?k=v", "/x"),
            ("/x?q=1?", "/a/x?k=v", "/x?q=1"), ("/$1", "/a/x?", "/x"), ("/$1", "/a/x?a?b=/c%zz", "/x?a?b=/c%zz"),
            ("/$1", "/a/x?\u{e9}", "/x?%C3%A9"), ("/a/$1", "/a/x?q=$1", "/a/x?q=$1"),
        ])
    func query(template: String, target: String, expected: String) throws {
        let match = PathMatch(kind: .regularExpression, value: "/a/(.*)")
        #expect(try Self.rewrite(.template, template, match: match, target) == expected)
    }

    @Test("A group can't smuggle dot segments in")
    func dotSegments() throws {
        let match = PathMatch(kind: .regularExpression, value: "/c(.*)")
        #expect(try Self.rewrite(.template, "/$1", match: match, "/c../secret") == "invalid(the path leaves the root)")
        #expect(try Self.rewrite(.template, "/x/$1", match: match, "/c../secret") == "/secret")
        let split = PathMatch(kind: .regularExpression, value: "/c(%2)")
        #expect(try Self.rewrite(.template, "/$1e", match: split, "/c%2F") == "/%252e")
    }

    @Test("A template on a path that is no expression has no groups")
    func withoutExpression() throws {
        for kind in [PathMatch.Kind.prefix, .exact] {
            let match = PathMatch(kind: kind, value: "/a")
            #expect(try Self.rewrite(.template, "/x/$1", match: match, "/a?q") == "/x/?q")
        }
    }

    @Test(
        "Replacing a prefix keeps the rest, with one slash between",
        arguments: [
            ("/foo", "/xyz", "/foo/bar", "/xyz/bar"), ("/foo", "/xyz/", "/foo/bar", "/xyz/bar"),
            ("/foo/", "/xyz", "/foo/bar", "/xyz/bar"), ("/foo/", "/xyz/", "/foo/bar", "/xyz/bar"),
            ("/foo", "/xyz", "/foo", "/xyz"), ("/foo/", "/xyz", "/foo/", "/xyz/"), ("/foo/", "/xyz/", "/foo", "/xyz/"),
            ("/foo", "/", "/foo/bar", "/bar"), ("/foo", "/", "/foo", "/"), ("/foo", "/", "/foo/", "/"),
            ("/", "/xyz", "/", "/xyz/"), ("/", "/xyz", "/a", "/xyz/a"), ("/foo", "xyz", "/foo/a", "/xyz/a"),
            ("/foo", "/$1", "/foo/a%2fb?q=1", "/$1/a%2Fb?q=1"), ("/caf\u{e9}", "/c", "/caf%C3%A9/x", "/c/x"),
            ("/foo", "/xyz", "/foobar", "noMatch"), ("/foo", "/xyz", "/bar", "noMatch"),
        ])
    func replacePrefix(prefix: String, value: String, target: String, expected: String) throws {
        #expect(
            try Self.rewrite(.replacePrefix, value, match: PathMatch(kind: .prefix, value: prefix), target) == expected)
    }

    @Test("What an Exact path or an expression covered is replaced; a default covers nothing")
    func replaceOthers() throws {
        let exact = PathMatch(kind: .exact, value: "/foo/bar")
        #expect(try Self.rewrite(.replacePrefix, "/x", match: exact, "/foo/bar?q") == "/x?q")
        let expression = PathMatch(kind: .regularExpression, value: "/FOO/[^/]*")
        #expect(try Self.rewrite(.replacePrefix, "/x", match: expression, "/foo/caf%C3%A9/b%20c") == "/x/b%20c")
        #expect(try Self.rewrite(.replacePrefix, "/x", match: expression, "/bar") == "noMatch")
        #expect(try Self.rewrite(.replacePrefix, "/x", match: PathMatch(kind: .fallback), "/a") == "/x/a")
    }

    @Test(
        "A substitution changes what the expression finds first, with regard to case, and leaves the rest",
        arguments: [
            ("^/api/(.*)$", "/$1", "/api/v1/x?q=1", "/v1/x?q=1"), ("^/api/(.*)$", "/$1", "/API/v1", "/API/v1"),
            ("b+", "c", "/abba/b?b", "/aca/b?b"), ("^/a", "", "/a", "/"), ("^/a/", "b/", "/a/x", "/b/x"),
            ("/(.)$", "/$1?k=$1", "/x/y?q", "/x/y?k=y&q"), ("nothing", "x", "/a%2Fb?q", "/a%2Fb?q"),
        ])
    func substitute(expression: String, value: String, target: String, expected: String) throws {
        let rewrite = try CompiledRewrite(
            PathRewrite(kind: .substitution, value: value, expression: expression),
            match: PathMatch(kind: .prefix, value: "/"))
        var result: [UInt8] = []
        let (path, query) = try Self.split(target)
        let outcome = rewrite.apply(path: path.span, query: query.span, into: &result)
        #expect(outcome == .rewritten)
        #expect(String(decoding: result, as: UTF8.self) == expected)
    }

    @Test(
        "A redirect that keeps the path puts it behind its own",
        arguments: [
            ("https://b.example.com", "/a/b?q", "https://b.example.com/a/b?q"), ("/new", "/a", "/new/a"),
            ("/new/", "/", "/new/"), ("//b.example.com/x?k=v?", "/a?q", "//b.example.com/x/a?k=v"),
        ])
    func keptPath(location: String, target: String, expected: String) throws {
        let redirect = try CompiledRedirect(
            Redirect(statusCode: 301, location: location, keepsPath: true), match: PathMatch(kind: .prefix, value: "/"))
        var result: [UInt8] = []
        let (path, query) = try Self.split(target)
        #expect(
            redirect.apply(path: path.span, query: query.span, host: Array("h".utf8).span, into: &result) == .rewritten)
        #expect(String(decoding: result, as: UTF8.self) == expected)
    }

    @Test(
        "A plain path that is read as an expression is replaced as a Prefix is, and where it ends within an element, there",
        arguments: [
            ("/foo", "/xyz", "/foo/bar", "/xyz/bar"), ("/foo", "/xyz", "/FOO", "/xyz"),
            ("/foo", "/xyz/", "/foo/bar", "/xyz/bar"), ("/foo", "/xyz", "/foobar", "/xyzbar"),
            ("/foo", "/", "/foobar", "/bar"), ("/foo", "/", "/foo", "/"), ("/foo/", "/xyz", "/foo/bar", "/xyz/bar"),
            ("/foo/", "/xyz", "/foo/", "/xyz/"), ("/foo/", "/xyz/", "/foo/?q", "/xyz/?q"),
            ("/", "/xyz", "/a", "/xyz/a"),
            ("/", "/xyz", "/", "/xyz/"), ("/", "/", "/a/b?q", "/a/b?q"),
        ])
    func replacePlainExpression(expression: String, value: String, target: String, expected: String) throws {
        let match = PathMatch(kind: .regularExpression, value: expression)
        #expect(try Self.rewrite(.replacePrefix, value, match: match, target) == expected)
    }

    @Test(
        "A dollar sign that names no group is refused",
        arguments: [
            ("/$host/x", "$host"), ("/${1}", "${1}"), ("/$0", "$0"), ("/a$", "$"), ("/$-", "$"), ("/$$1", "$"),
        ])
    func malformedTemplate(template: String, part: String) {
        let error = TemplateError(template: template, part: part)
        #expect(throws: RewriteError.template(error)) {
            try CompiledRewrite(
                PathRewrite(kind: .template, value: template), match: PathMatch(kind: .prefix, value: "/"))
        }
        #expect(throws: RewriteError.template(error)) {
            try CompiledRedirect(
                Redirect(statusCode: 302, location: template), match: PathMatch(kind: .prefix, value: "/"))
        }
    }

    @Test("An expression that is not RE2 syntax is refused with RE2's words")
    func malformedExpression() {
        #expect(throws: ExpressionError(expression: "/a(?=b)", message: "invalid perl operator: (?=")) {
            try CompiledExpression("/a(?=b)")
        }
        #expect(throws: RewriteError.self) {
            try CompiledRewrite(
                PathRewrite(kind: .template, value: "/$1"), match: PathMatch(kind: .regularExpression, value: "["))
        }
        #expect(throws: RewriteError.path("/a/../..", .leavesRoot)) {
            try CompiledRewrite(
                PathRewrite(kind: .replacePrefix, value: "/a/../.."), match: PathMatch(kind: .prefix, value: "/"))
        }
    }

    @Test("An expression knows its groups, and only nine can be named")
    func groups() throws {
        #expect(try CompiledExpression("/a(b)(?:c)(d)").groupCount == 2)
        let match = PathMatch(kind: .regularExpression, value: "/(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)")
        #expect(try Self.rewrite(.template, "/$9$8$10", match: match, "/abcdefghijk") == "/iha0")
    }

    @Test(
        "A redirect keeps the query, and the fragment behind it",
        arguments: [
            ("https://e.example/$1/z", "/d/x%20y%3Fz?k=v", "https://e.example/x%20y%3Fz/z?k=v"),
            ("https://e.example/?from=$1", "/d/a%26b?k=v", "https://e.example/?from=a%26b&k=v"),
            ("https://e.example/#top-$1", "/d/x?k=v", "https://e.example/?k=v#top-x"),
            ("https://e.example/$1?", "/d/x?k=v", "https://e.example/x"),
            ("/other/$1", "/d/caf\u{e9}", "/other/caf%C3%A9"),
            ("https://[::1]:8443/$1", "/d/x", "https://[::1]:8443/x"),
            ("https://e.example", "/d/x?k=v", "https://e.example?k=v"),
            ("https://e.example/$3", "/d/x", "https://e.example/"),
            ("https://e.example/$1", "/d/a%0d%0aSet-Cookie:x", "https://e.example/a%0D%0ASet-Cookie:x"),
        ])
    func redirect(location: String, target: String, expected: String) throws {
        let match = PathMatch(kind: .regularExpression, value: "/d/(.*)")
        let redirect = try CompiledRedirect(Redirect(statusCode: 302, location: location), match: match)
        var result: [UInt8] = []
        let (path, query) = try Self.split(target)
        var outcome = redirect.apply(path: path.span, query: query.span, host: Array("h".utf8).span, into: &result)
        #expect(outcome == .rewritten)
        #expect(String(decoding: result, as: UTF8.self) == expected)
        let other = Array("/e".utf8)
        outcome = redirect.apply(path: other.span, query: query.span, host: Array("h".utf8).span, into: &result)
        #expect(outcome == (location.contains("$") ? .noMatch : .rewritten))
    }

    @Test("Whatever the path, a rewrite gives a target in normal form")
    func alwaysNormal() throws {
        var random = SeededRandom()
        let pieces = [
            "/", "a", ".", "%2e", "%2F", "%41", "%C3%A9", "%FF", "%25", "%3F", "%23", "%00", "é", "~", "&", "+",
        ]
        let rewrites = try [
            ("/(.*)", "/$1"), ("/(.)(.*)", "/x$2?a=$1"), ("/(.{1,3})", "$1"), ("/(a*)(.*)", "/$2/$1/.."),
        ]
        .map { expression, template in
            try CompiledRewrite(
                PathRewrite(kind: .template, value: template),
                match: PathMatch(kind: .regularExpression, value: expression))
        }
        var rewritten = 0
        for _ in 0..<5_000 {
            let raw = "/" + (0..<random.below(8)).map { _ in random.pick(pieces) }.joined()
            guard let path = try? PathNormalizer.normalizeRule(raw) else { continue }
            var target: [UInt8] = []
            let outcome = random.pick(rewrites).apply(path: path.span, query: path.span, into: &target)
            guard outcome == .rewritten else { continue }
            rewritten += 1
            let isNormal = PathNormalizer.isNormal(
                target.span.extracting(0..<PathNormalizer.pathEnd(of: target.span)), mergeSlashes: false)
            #expect(isNormal, "\(raw) gave \(String(decoding: target, as: UTF8.self)), \(random)")
            #expect(target.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }, "\(raw), \(random)")
        }
        #expect(rewritten > 1_000, "\(random)")
    }
}
