import Testing

@testable import LoadBalancerModel

@Suite("Who contends for an address and a port")
struct ListenerClaimsTests {
    @Test(
        "A claim contends with one that shares an address with it",
        arguments: [
            ("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("127.0.0.1", "0.0.0.0"), ("0.0.0.0", "0.0.0.0"),
            ("::", "::1"), ("::1", "::"), ("::1", "0:0:0:0:0:0:0:1"), (nil, "127.0.0.1"), (nil, "::"), ("::1", nil),
            ("127.0.0.1", nil), (nil, nil), ("FD00::A", "fd00::a"), ("no address", "no address"),
        ])
    func contended(first: String?, second: String?) {
        var claims = ListenerClaims<Int>()
        #expect(claims.claim(first, port: 80, for: 1) == nil)
        let holder = claims.claim(second, port: 80, for: 2)
        #expect(holder?.holder == 1)
        #expect(holder?.address == first)
    }

    @Test(
        "Claims that share no address are both had",
        arguments: [
            ("127.0.0.1", "127.0.0.2"), ("0.0.0.0", "::"), ("::", "127.0.0.1"), ("::1", "fd00::1"),
            ("0.0.0.0", "no address"),
        ])
    func free(first: String?, second: String?) {
        var claims = ListenerClaims<Int>()
        #expect(claims.claim(first, port: 80, for: 1) == nil)
        #expect(claims.claim(second, port: 80, for: 2) == nil)
    }

    @Test("Another port is free, and port 0 always is")
    func ports() {
        var claims = ListenerClaims<Int>()
        #expect(claims.claim(nil, port: 80, for: 1) == nil)
        #expect(claims.claim("127.0.0.1", port: 81, for: 2) == nil)
        #expect(claims.claim("127.0.0.1", port: 0, for: 3) == nil)
        #expect(claims.claim("127.0.0.1", port: 0, for: 4) == nil)
    }

    @Test("A claim that was turned down takes nothing")
    func turnedDown() {
        var claims = ListenerClaims<Int>()
        #expect(claims.claim("127.0.0.1", port: 80, for: 1) == nil)
        #expect(claims.claim("0.0.0.0", port: 80, for: 2)?.holder == 1)
        #expect(claims.claim("127.0.0.2", port: 80, for: 3) == nil)
    }
}
