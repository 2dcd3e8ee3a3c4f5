import Foundation
import LoadBalancerModel
import Testing

@testable import DataPlane

/// The server against `openssl s_client`.
@Suite("The TLS server, for openssl s_client,", .enabled(if: SClient.isInstalled), .timeLimit(.minutes(2)))
struct SClientTests {
    let authority: TestAuthority

    init() throws {
        authority = try TestAuthority()
    }

    func listener(_ policy: TLSPolicy = TLSPolicy()) throws -> TestListener {
        var listener = TestListener()
        listener.settings.policy = policy
        listener.bind("shop.example", to: try authority.issue("DNS:shop.example"))
        listener.bind("*.shop.example", to: try authority.issue("DNS:*.shop.example"))
        listener.setDefault(try authority.issue("DNS:default.example"))
        return listener
    }

    @Test(
        "chooses the certificate by server name",
        arguments: [
            (["-servername", "shop.example"], "CN = DNS:shop.example", "host=shop.example name=shop.example"),
            (
                ["-servername", "www.Shop.example"], "CN = DNS:*.shop.example",
                "host=*.shop.example name=www.shop.example"
            ),
            (["-servername", "other.example"], "CN = DNS:default.example", "host=- name=other.example"),
            (["-noservername"], "CN = DNS:default.example", "host=- name=-"),
        ])
    func serverName(arguments: [String], subject: String, line: String) throws {
        let server = try LoopbackServer(try listener().context())
        defer { server.stop() }
        let outcome = try SClient.connect(to: server, arguments[0], arguments.last ?? "", "-showcerts")
        #expect(outcome.output.contains("subject=" + subject))
        #expect(outcome.output.contains(line))
    }

    @Test(
        "keeps to the versions of its policy, and never speaks 1.1",
        arguments: [
            (TLSPolicy(maximumVersion: .tls12), "-tls1_2", true), (TLSPolicy(maximumVersion: .tls12), "-tls1_3", false),
            (TLSPolicy(minimumVersion: .tls13), "-tls1_3", true), (TLSPolicy(minimumVersion: .tls13), "-tls1_2", false),
            (TLSPolicy(), "-tls1_1", false), (TLSPolicy(), "-tls1", false),
        ])
    func versions(policy: TLSPolicy, version: String, isAccepted: Bool) throws {
        let server = try LoopbackServer(try listener(policy).context())
        defer { server.stop() }
        let outcome = try SClient.connect(to: server, version, "-cipher", "ALL:@SECLEVEL=0")
        #expect(outcome.output.contains("resumed=false") == isAccepted)
        #expect(outcome.output.contains("alert protocol version") == !isAccepted)
        #expect(server.failureLabels == (isAccepted ? [] : ["handshake_unsupported_protocol"]))
    }

    @Test(
        "keeps to the policy of the server name, also where the client has to send its hello again",
        arguments: [
            ("new.example", ["-tls1_2"], false), ("new.example", ["-tls1_3"], true),
            ("new.example", ["-groups", "P-521:P-256"], true), ("old.example", ["-groups", "P-521:P-256"], true),
            ("old.example", ["-tls1_3"], false), ("other.example", ["-tls1_2"], true),
        ])
    func policies(name: String, arguments: [String], isAccepted: Bool) throws {
        var listener = try listener()
        listener.bind("new.example", policy: TLSPolicy(minimumVersion: .tls13))
        listener.bind("old.example", policy: TLSPolicy(maximumVersion: .tls12))
        let server = try LoopbackServer(try listener.context())
        defer { server.stop() }
        let outcome = try SClient.connect(
            to: server, "-servername", name, arguments[0], arguments.count > 1 ? arguments[1] : "-quiet")
        let version = name == "old.example" || arguments[0] == "-tls1_2" ? "1.2" : "1.3"
        #expect(outcome.output.contains("name=\(name) version=\(version)") == isAccepted)
        #expect(outcome.output.contains("alert protocol version") == !isAccepted)
    }

    @Test("resumes a session after the configuration has changed", arguments: ["-tls1_2", "-tls1_3"])
    func resumption(version: String) throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("headgate-\(UUID()).session").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        let keys = try SessionTicketKeys()
        let first = try LoopbackServer(try listener().context(keys: keys))
        let new = try SClient.connect(to: first, version, "-servername", "shop.example", "-sess_out", file)
        first.stop()
        #expect(new.output.contains("resumed=false"))
        let second = try LoopbackServer(try listener().context(keys: keys))
        defer { second.stop() }
        let resumed = try SClient.connect(to: second, version, "-servername", "shop.example", "-sess_in", file)
        #expect(resumed.output.contains("resumed=true"))
        #expect(resumed.output.contains("Reused, TLSv1."))
        let other = try SClient.connect(to: second, version, "-servername", "www.shop.example", "-sess_in", file)
        #expect(other.output.contains("resumed=false"))
    }

    @Test("sends the chain, which verifies under the authority")
    func chain() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("headgate-\(UUID()).pem").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        try authority.pem.write(toFile: file, atomically: true, encoding: .utf8)
        let server = try LoopbackServer(try listener().context())
        defer { server.stop() }
        let outcome = try SClient.connect(
            to: server, "-servername", "shop.example", "-CAfile", file, "-verify_hostname", "shop.example",
            "-verify_return_error")
        #expect(outcome.output.contains("Verify return code: 0 (ok)"))
    }
}
