import ProviderHTTP
import Testing

@Suite("Proxies from the environment")
struct ProxySettingsTests {
    private static func proxy(_ environment: [String: String], for url: String) throws -> String? {
        let endpoint = try #require(Endpoint(url: url))
        return try ProxySettings(environment: environment).proxy(for: endpoint)?.description
    }

    @Test(
        "The scheme of the endpoint says which variable counts, lower case first",
        arguments: [
            (["HTTPS_PROXY": "http://proxy:3128"], "https://a.example", "http://proxy:3128"),
            (["HTTPS_PROXY": "http://proxy:3128"], "http://a.example", nil),
            (["http_proxy": "proxy:3128"], "http://a.example", "http://proxy:3128"),
            (["https_proxy": "http://lower", "HTTPS_PROXY": "http://upper"], "https://a.example", "http://lower:80"),
            (["https_proxy": "", "HTTPS_PROXY": "socks5://upper"], "https://a.example", "socks5://upper:1080"),
            (["HTTPS_PROXY": "http://[fd00::1]:3128"], "https://a.example", "http://[fd00::1]:3128"),
            ([:], "https://a.example", nil),
        ] as [([String: String], String, String?)])
    func variables(environment: [String: String], url: String, proxy: String?) throws {
        #expect(try Self.proxy(environment, for: url) == proxy)
    }

    @Test(
        "NO_PROXY names what is reached without one",
        arguments: [
            ("example.com", "https://example.com", true), ("example.com", "https://a.example.com", true),
            ("example.com", "https://notexample.com", false), ("Example.COM", "https://EXAMPLE.com.", true),
            (".example.com", "https://example.com", false), (".example.com", "https://a.example.com", true),
            ("*.example.com", "https://a.example.com", true), ("a.com, b.com ,", "https://b.com", true),
            ("example.com:8443", "https://example.com", false), ("example.com:8443", "https://example.com:8443", true),
            ("10.0.0.0/8", "https://10.1.2.3", true), ("10.0.0.0/8", "https://11.1.2.3", false),
            ("10.0.0.0/9", "https://10.128.0.1", false), ("10.0.0.1", "https://10.0.0.1", true),
            ("10.0.0.1:443", "https://10.0.0.1:8443", false), ("fd00::/8", "https://[fd12::1]", true),
            ("[fd00::1]:443", "https://[fd00::1]", true), ("*", "https://anything.example", true),
            ("", "https://a.example", false), ("10.0.0.0/99", "https://10.0.0.1", false),
        ])
    func exceptions(list: String, url: String, isDirect: Bool) throws {
        #expect(try (Self.proxy(["HTTPS_PROXY": "http://proxy:1", "NO_PROXY": list], for: url) == nil) == isDirect)
    }

    @Test(
        "This machine and the link are never asked for through a proxy",
        arguments: [
            "http://localhost:4566", "http://127.0.0.2", "http://[::1]", "http://169.254.169.254",
            "http://[fd00:ec2::254]",
        ])
    func alwaysDirect(url: String) throws {
        #expect(try Self.proxy(["HTTP_PROXY": "http://proxy:1"], for: url) == nil)
    }

    @Test(
        "A proxy that can't be used is an error that names the variable and repeats no password",
        arguments: [
            "https://user:pass-word@proxy", "ftp://user:pass-word@proxy", "socks5://user:pass-word@proxy", "http://",
        ])
    func invalid(value: String) {
        let error = #expect(throws: ProxySettings.InvalidVariable.self) {
            try ProxySettings(environment: ["HTTPS_PROXY": value])
        }
        #expect(error?.name == "HTTPS_PROXY")
        #expect(error?.description.contains("pass-word") == false)
    }

    @Test("No description of a proxy shows its password")
    func password() throws {
        let settings = try ProxySettings(environment: ["HTTPS_PROXY": "http://user:pass-word@proxy:1"])
        var text = "\(settings) \(String(reflecting: settings))"
        dump(settings, to: &text)
        #expect(!text.contains("pass-word"))
    }
}
