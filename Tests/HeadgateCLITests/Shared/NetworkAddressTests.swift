import Testing

@testable import HeadgateCLI

@Suite("Addresses to listen on")
struct NetworkAddressTests {
    @Test(
        "An address is a host and a port",
        arguments: [
            ("127.0.0.1:8080", "127.0.0.1", 8080), ("0.0.0.0:0", "0.0.0.0", 0), ("[::1]:8443", "::1", 8443),
            ("[::]:65535", "::", 65_535), ("localhost:80", "127.0.0.1", 80), ("LOCALHOST:80", "127.0.0.1", 80),
            (":8080", "0.0.0.0", 8080),
        ])
    func parses(text: String, host: String, port: Int) throws {
        let address = try NetworkAddress(parsing: text)
        #expect(address == NetworkAddress(host: host, port: port))
        #expect(try NetworkAddress(parsing: address.description) == address)
    }

    @Test(
        "Anything else is refused with what is wrong",
        arguments: [
            ("", "it has no port"), ("8080", "it has no port"), ("127.0.0.1", "it has no port"),
            ("127.0.0.1:", "the port must be"), ("127.0.0.1:x", "the port must be"),
            ("127.0.0.1:65536", "the port must be"), ("127.0.0.1:-1", "the port must be"),
            ("127.0.0.1:+80", "the port must be"), ("127.0.0.1:٨٠", "the port must be"),
            ("127.0.0.1:99999999999999999999", "the port must be"),
            ("::1:8080", "must stand in brackets"), ("[127.0.0.1]:80", "must be an IPv6 address"),
            ("[::1:80", "must stand in brackets"), ("example.com:80", "must be an IP address"),
            ("127.0.0.256:80", "must be an IP address"), ("http://127.0.0.1:80", "must stand in brackets"),
        ])
    func refuses(text: String, problem: String) {
        let error = #expect(throws: InvalidNetworkAddress.self) { try NetworkAddress(parsing: text) }
        #expect(error?.problem.contains(problem) == true)
        #expect(error?.description.contains("\"\(text)\"") == true)
    }

    @Test(
        "The address of every interface is told from others",
        arguments: [
            ("0.0.0.0", true), ("::", true), ("0:0:0:0:0:0:0:0", true), ("127.0.0.1", false), ("::1", false),
            ("no address", false),
        ])
    func unspecified(text: String, expected: Bool) {
        #expect(IPAddress.isUnspecified(text) == expected)
    }
}
