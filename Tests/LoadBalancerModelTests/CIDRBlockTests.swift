import Testing

@testable import Routing

@Suite struct ClientNetworkTests {
    @Test(
        arguments: [
            ("10.1.2.3/8", "10.0.0.0/8"), ("10.0.0.0/08", "10.0.0.0/8"), ("192.0.2.7", "192.0.2.7/32"),
            ("0.0.0.0/0", "0.0.0.0/0"), ("2001:DB8:0::1/32", "2001:db8::/32"), ("::/0", "::/0"),
            ("::ffff:10.0.0.0/104", "10.0.0.0/8"), ("2001:db8::ff:1/127", "2001:db8::ff:0/127"),
        ])
    func `A network has one text`(text: String, canonical: String) throws {
        #expect(try #require(ClientNetwork(text)).canonicalText == canonical)
    }
}
