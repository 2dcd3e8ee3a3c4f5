import LoadBalancerModel
import Testing

@testable import DataPlane

@Suite("Affinity cookies")
struct AffinityCookieTests {
    private let identity = TargetIdentity(address: "10.0.0.1", port: 8080, salt: "pool")

    @Test("hash as SipHash-2-4 does")
    func sipHash() {
        let key: (UInt64, UInt64) = (0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908)
        #expect(SipHash.hash([], key: key) == 0x726F_DB47_DD0E_0E31)
        #expect(SipHash.hash(Array(0..<15), key: key) == 0xA129_CA61_49BE_45E5)
    }

    @Test("name a target by its address, port and pool")
    func identities() {
        #expect(identity == TargetIdentity(address: "10.0.0.1", port: 8080, salt: "pool"))
        #expect(identity != TargetIdentity(address: "10.0.0.1", port: 8081, salt: "pool"))
        #expect(identity != TargetIdentity(address: "10.0.0.2", port: 8080, salt: "pool"))
        #expect(identity != TargetIdentity(address: "10.0.0.1", port: 8080, salt: "other"))
    }

    @Test("are read back as they were written")
    func roundTrip() throws {
        let cookie = AffinityCookie(SessionAffinity(cookieName: "route"), routePath: "/shop")
        let text = try #require(written { cookie.write(identity, isTLS: false, to: &$0) })
        #expect(text.hasPrefix("Set-Cookie: route=") && text.hasSuffix("; Path=/shop; HttpOnly\r\n"))
        #expect(!text.contains("10.0.0.1"))
        let value = text.dropFirst("Set-Cookie: ".count).prefix { $0 != ";" }
        let request = try ParsedRequest("GET / HTTP/1.1\r\nHost: a\r\nCookie: \(value)\r\n\r\n")
        let found = cookie.identity(in: request.head, of: request.bytes.span)
        #expect(found == identity)
    }

    @Test("state their attributes, and nothing can break out of them")
    func attributes() {
        let affinity = SessionAffinity(cookieName: "a;b\r\n", cookiePath: "/p;x\r\n", maximumAgeSeconds: 60)
        let cookie = AffinityCookie(affinity, routePath: "/")
        let text = written { cookie.write(TargetIdentity(value: 0xF), isTLS: true, to: &$0) }
        #expect(
            text == "Set-Cookie: ab=000000000000000f; Path=/p%3Bx%0D%0A; Max-Age=60; HttpOnly; Secure\r\n")
        let relative = AffinityCookie(SessionAffinity(cookieName: "c"), routePath: "")
        #expect(
            written { relative.write(TargetIdentity(value: 1), isTLS: false, to: &$0) }
                == "Set-Cookie: c=0000000000000001; Path=/; HttpOnly\r\n")
    }

    @Test(
        "find a cookie by its exact name",
        arguments: [
            ("Cookie: route=1", "1"), ("Cookie: a=b; route=1; c=d", "1"), ("Cookie: a=b;route=1", "1"),
            ("Cookie: xroute=0; route=1", "1"), ("Cookie: routex=0; route=1", "1"), ("Cookie: Route=0; route=1", "1"),
            ("Cookie: route=1; route=2", "1"), ("Cookie: a=route=0; route=1", "1"), ("Cookie: route=\"1\"", "1"),
            ("Cookie: route=", ""), ("Cookie: a=b\r\nCookie: route=1", "1"), ("Cookie: route", nil),
            ("Cookie: a=b", nil), ("Cookie: ;;; ", nil), ("X: route=1", nil), ("Cookie: route=a=b", "a=b"),
        ])
    func lookup(_ line: String, _ expected: String?) throws {
        let request = try ParsedRequest("GET / HTTP/1.1\r\nHost: a\r\n\(line)\r\n\r\n")
        let name = "route".octets
        let value = Cookies.value(named: name.span, in: request.head.fields, of: request.bytes.span)
        let bytes = request.bytes
        #expect(value.map { String(decoding: bytes[$0.indices], as: UTF8.self) } == expected)
    }

    @Test(
        "take no value for an identity that isn't one", arguments: ["1", "000000000000000g", "00000000000000001", ""])
    func invalid(_ value: String) throws {
        let cookie = AffinityCookie(SessionAffinity(cookieName: "route"), routePath: "/")
        let request = try ParsedRequest("GET / HTTP/1.1\r\nHost: a\r\nCookie: route=\(value)\r\n\r\n")
        let found = cookie.identity(in: request.head, of: request.bytes.span)
        #expect(found == nil)
    }
}
