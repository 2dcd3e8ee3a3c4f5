import ArgumentParser
import Foundation
import Testing

@testable import HeadgateCLI

@Suite("headgate explain")
struct ExplainCommandTests {
    private static let conflicts = GoldenFile.root.appendingPathComponent("Tests/HeadgateCLITests/Fixtures/conflicts")
        .path
    private static let ownListeners =
        GoldenFile.root.appendingPathComponent("Tests/HeadgateCLITests/Fixtures/own-listeners").path

    private func document(_ arguments: [String]) throws -> [String: Any] {
        let result = try Commands.explain(arguments + ["--output", "json"])
        #expect(result.status == 0)
        return try jsonObject(result.output)
    }

    @Test("A port is a number where the Ingress has a number, and a name where it has a name")
    func ports() throws {
        let named = try document(["-f", Self.conflicts, "http://shop.example.com/cart"])
        #expect((named["backend"] as? [String: Any])?["port"] as? String == "web")
        let numbered = try document(["-f", Self.conflicts, "http://shop.example.com/cart/1"])
        #expect((numbered["backend"] as? [String: Any])?["port"] as? Int == 80)
        #expect((numbered["backend"] as? [String: Any])?["service"] as? String == "shop/cart")
    }

    @Test("A default backend has no path, and the keys are there as null")
    func nulls() throws {
        let document = try document(["-f", Self.conflicts, "http://nowhere.example.com/"])
        #expect(document["matched"] as? Bool == true)
        #expect(document["ingress"] as? String == "shop/first")
        for key in ["path", "pathType", "host"] {
            #expect(document[key] is NSNull, "\(key)")
        }
    }

    @Test("Where nothing takes the request the keys are there as null, and the status is 0")
    func unmatched() throws {
        let document = try document(["-f", Self.ownListeners, "http://nowhere.example.com/"])
        #expect(document["matched"] as? Bool == false)
        #expect((document["response"] as? [String: Any])?["statusCode"] as? Int == 404)
        #expect((document["targets"] as? [Any])?.isEmpty == true)
        for key in ["ingress", "path", "pathType", "host", "backend"] {
            #expect(document[key] is NSNull, "\(key)")
        }
    }

    @Test("Draining targets are not named while a ready one is left, and IPv6 stands in brackets")
    func targets() throws {
        let cart = try document(["-f", Self.conflicts, "http://shop.example.com/cart"])
        #expect(cart["targets"] as? [String] == ["10.0.0.1:8080"])
        let fallback = try document(["-f", Self.conflicts, "http://shop.example.com/other"])
        #expect(fallback["targets"] as? [String] == ["[2001:db8::1]:8080"])
    }

    @Test("The port of the URL chooses between load balancers with listeners of their own")
    func loadBalancers() throws {
        let shared = try document(["-f", Self.ownListeners, "http://app.example.com/"])
        let admin = try document(["-f", Self.ownListeners, "http://app.example.com:9080/"])
        #expect(shared["ingress"] as? String == "default/app")
        #expect(admin["ingress"] as? String == "default/admin")
    }

    @Test("An Ingress that is not ours is told as such")
    func foreign() throws {
        let document = try document(["-f", Self.conflicts, "http://elsewhere.example.com/"])
        let considered = try #require(document["considered"] as? [[String: Any]])
        let foreign = try #require(considered.first { $0["ingress"] as? String == "shop/elsewhere" })
        #expect(foreign["outcome"] as? String == "notPlanned")
        #expect((foreign["reason"] as? String)?.contains("example.com/other") == true)
    }

    @Test(
        "Wrong arguments are refused with status 64",
        arguments: [
            ["http://a/"], ["-f", "x"], ["-f", "x", "not a url"], ["-f", "x", "http://a/", "--header", "nonsense"],
            ["-f", "x", "http://a/", "--client-address", "nowhere"], ["-f", "x", "http://a/", "--method", "G T"],
            ["-f", "", "http://a/"],
        ])
    func usage(arguments: [String]) {
        let error = #expect(throws: (any Error).self) { try ExplainCommand.parse(arguments) }
        #expect(error.map { ExplainCommand.exitCode(for: $0) } == ExitCode.validationFailure)
    }
}
