import Testing

@testable import LoadBalancerModel

@Suite struct CIDRBlockTests {
    @Test(
        arguments: [
            ("10.1.2.3/8", "10.0.0.0/8"), ("10.0.0.0/08", "10.0.0.0/8"), ("192.0.2.7", "192.0.2.7/32"),
            ("0.0.0.0/0", "0.0.0.0/0"), ("2001:DB8:0::1/32", "2001:db8::/32"), ("::/0", "::/0"),
            ("::ffff:10.0.0.0/104", "10.0.0.0/8"), ("2001:db8::ff:1/127", "2001:db8::ff:0/127"),
        ])
    func `A network has one text`(text: String, canonical: String) throws {
        #expect(try #require(CIDRBlock(text)).description == canonical)
    }

    @Test(
        arguments: [
            "", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "::/129", "a/8", "10.0.0.0/8/8",
            "::ffff:10.0.0.0/95", "1.2.3", "01.2.3.4.5",
        ])
    func `What is no network is refused`(text: String) {
        #expect(CIDRBlock(text) == nil)
    }

    @Test(
        arguments: [
            ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "10.1.0.0/16", true),
            ("10.1.0.0/16", "10.0.0.0/8", false),
            ("10.0.0.0/8", "11.0.0.0", false), ("0.0.0.0/0", "::1", false), ("::/0", "2001:db8::/32", true),
            ("2001:db8::/33", "2001:db8:8000::", false), ("10.0.0.0/8", "::ffff:10.1.1.1", true),
        ])
    func `A network contains what has its prefix`(network: String, other: String, contains: Bool) throws {
        #expect(try #require(CIDRBlock(network)).contains(try #require(CIDRBlock(other))) == contains)
    }
}
