import Testing

@testable import DataPlane

@Suite("Addresses and networks")
struct IPAddressTests {
    @Test(
        "are read and written in their usual form",
        arguments: [
            ("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
            ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:DB8::0:1", "2001:db8::1"),
            ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
            ("1:0:2:0:3:0:4:0", "1:0:2:0:3:0:4:0"), ("0:0:1::", "0:0:1::"), ("fe80:0:0:0:1::", "fe80::1:0:0:0"),
            ("::ffff:10.0.0.1", "10.0.0.1"), ("::ffff:a00:1", "10.0.0.1"), ("64:ff9b::1.2.3.4", "64:ff9b::102:304"),
            ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
        ])
    func text(_ text: String, _ canonical: String) throws {
        #expect(try #require(IPAddress(text)).description == canonical)
    }

    @Test(
        "are refused where they are none",
        arguments: [
            "", ".", ":", ":::", "1", "1.2.3", "1.2.3.4.", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1..2.3", "a.b.c.d",
            "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "1:2:3:4:5:6:7:8::", "12345::", "g::", "1:", ":1",
            "::1.2.3", "1.2.3.4::", "[::1]", "::1%eth0", "1:2:3:4:5:6:7:1.2.3.4", "127.0.0.1 ",
        ])
    func refused(_ text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(
        "of a network are known by its prefix",
        arguments: [
            ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.0", false), ("10.0.0.1", "10.0.0.1", true),
            ("10.0.0.1", "10.0.0.2", false), ("0.0.0.0/0", "1.2.3.4", true), ("0.0.0.0/0", "::1", false),
            ("::/0", "::1", true), ("::/0", "1.2.3.4", false), ("2001:db8::/33", "2001:db8:7fff::", true),
            ("2001:db8::/33", "2001:db8:8000::", false), ("10.0.0.0/8", "::ffff:10.1.1.1", true),
            ("::ffff:10.0.0.0/104", "10.1.1.1", true), ("10.1.2.3/31", "10.1.2.2", true),
        ])
    func networks(_ network: String, _ address: String, _ contains: Bool) throws {
        let network = try #require(IPNetwork(network))
        #expect(network.contains(try #require(IPAddress(address))) == contains)
    }

    @Test(
        "of no network are refused",
        arguments: [
            "", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "::/129", "a/8", "10.0.0.0/8/8",
        ])
    func refusedNetworks(_ text: String) {
        #expect(IPNetwork(text) == nil)
    }
}
