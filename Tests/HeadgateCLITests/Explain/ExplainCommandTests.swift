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

    @Test("Default backends that lose are among what was considered, each with the reason")
    func losingDefaultBackends() throws {
        func ingress(_ name: String, _ rules: String, _ created: String = "") -> String {
            """
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: \(name), namespace: shop\(created.isEmpty ? "" : ", creationTimestamp: \"\(created)\"")}
            spec: {ingressClassName: own, defaultBackend: {service: {name: \(name), port: {number: 80}}}\(rules)}
            ---

            """
        }
        let directory = try TemporaryDirectory()
        let text =
            ParameterManifests.ingressClass("own", data: "{defaultBackend: \"{service: last, port: 80}\"}")
            + ingress("host", ", rules: [{host: a.example}]")
            + ingress("other-host", ", rules: [{host: b.example}]") + ingress("late", "", "2024-01-02T00:00:00Z")
            + ingress("early", "", "2024-01-01T00:00:00Z")
        try directory.write(text, to: "a.yaml")
        func considered(_ url: String) throws -> (winner: String?, losers: [String]) {
            let document = try document(["-f", directory.path, url, "--default-backend", "infra/none:80"])
            let losers = try #require(document["considered"] as? [[String: Any]]).map { candidate in
                let backend = (candidate["backend"] as? [String: Any])?["service"] as? String ?? ""
                return "\(backend): \(candidate["reason"] as? String ?? "")"
            }
            return (document["ingress"] as? String, losers)
        }
        let general = try considered("http://nowhere.example/")
        #expect(general.winner == "shop/early")
        #expect(
            general.losers == [
                "shop/host: the default backend of shop/early comes first, since shop/early has no rules",
                "shop/other-host: the default backend of shop/early comes first, since shop/early has no rules",
                "shop/late: the default backend of shop/early is older",
                "shop/last: the default backend of the class own is used only where no Ingress has one: "
                    + "that of shop/early takes the request",
                "infra/none: the default backend of the controller is used only where there is no other: "
                    + "that of shop/early takes the request",
            ])
        let named = try considered("http://a.example/")
        #expect(named.winner == "shop/host")
        #expect(
            named.losers.contains(
                "shop/late: the default backend of shop/host comes first, since shop/host has a rule for the host"))
        #expect(Set(named.losers.map { $0.prefix { $0 != ":" } }).count == 5)
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
        let alsoShared = try document(["-f", Self.ownListeners, "http://app.example.com:8080/"])
        #expect(alsoShared["ingress"] as? String == "default/app")
        let wrongScheme = try document(["-f", Self.ownListeners, "https://app.example.com:9080/"])
        #expect(wrongScheme["matched"] as? Bool == false)
        #expect(admin["ingress"] as? String == "default/admin")
    }

    @Test("A load balancer with listeners of its own takes no request on other ports")
    func otherListeners() throws {
        let directory = try TemporaryDirectory()
        let text = try String(contentsOfFile: "\(Self.ownListeners)/manifests.yaml", encoding: .utf8)
        // The Ingress of the class with port 9080 alone.
        try directory.write(
            text.replacingOccurrences(of: "ingressClassName: shared", with: "ingressClassName: none"), to: "a.yaml")
        let standard = try document(["-f", directory.path, "http://app.example.com/"])
        #expect(standard["matched"] as? Bool == false)
        #expect(standard["reason"] as? String == "No load balancer listens on http port 80.")
        let considered = try #require(standard["considered"] as? [[String: Any]])
        let admin = try #require(considered.first { $0["ingress"] as? String == "default/admin" })
        #expect(admin["outcome"] as? String == "otherListeners")
        #expect((admin["reason"] as? String)?.contains("http :9080") == true)
        let own = try document(["-f", directory.path, "http://app.example.com:9080/"])
        #expect(own["ingress"] as? String == "default/admin")
        // The port is one of HTTP.
        #expect(try document(["-f", directory.path, "https://app.example.com:9080/"])["matched"] as? Bool == false)
    }

    @Test(
        "A Host field takes the place of the URL's host in routing, whatever its case and port",
        arguments: ["Host: shop.example.com", "host:shop.example.com:8080", "HOST: Shop.Example.Com "])
    func hostField(field: String) throws {
        let document = try document(["-f", Self.conflicts, "http://127.0.0.1:8080/cart", "--header", field])
        #expect(document["ingress"] as? String == "shop/first")
        #expect(document["path"] as? String == "/cart")
        let request = try #require(document["request"] as? [String: Any])
        #expect(request["url"] as? String == "http://127.0.0.1:8080/cart")
        #expect((request["host"] as? String)?.hasPrefix("shop.example.com") == true)
    }

    @Test("A Host field leaves the certificate to the URL's host, and the text says so")
    func hostFieldAndCertificate() throws {
        let text = try Commands.explain(
            ["-f", Self.conflicts, "https://other.example.com/cart", "-H", "Host: shop.example.com"]
        ).output
        #expect(text.hasPrefix("GET https://other.example.com/cart with Host: shop.example.com\n"))
        #expect(text.contains("chosen by the server name other.example.com of the URL, not by the Host field"))
        #expect(text.contains("A rule names the host shop.example.com"))
    }

    @Test("A redirect goes to the Host field's host, and says which port it assumes")
    func redirectPort() throws {
        let quickstart = GoldenFile.root.appendingPathComponent("examples/quickstart").path
        let document = try document([
            "-f", quickstart, "http://127.0.0.1:8080/x?y", "-H", "Host: accounts.example.com",
        ])
        let response = try #require(document["response"] as? [String: Any])
        #expect(response["statusCode"] as? Int == 308)
        #expect(response["location"] as? String == "https://accounts.example.com/x?y")
        #expect((response["reason"] as? String)?.contains("port 443 is assumed") == true)
    }

    @Test("Whose default backend takes the request is told: the class's or the controller's")
    func defaultOwner() throws {
        let example = GoldenFile.root
            .appendingPathComponent("examples/kubernetes-docs/external-class-namespace-parameters").path
        let ofClass = try document(["-f", example, "http://nowhere.example.com/"])
        let owner = try #require(ofClass["defaultBackend"] as? [String: Any])
        #expect(owner["kind"] as? String == "IngressClass")
        #expect(owner["name"] as? String == "external-lb-2")
        #expect((ofClass["reason"] as? String)?.contains("the default backend of the class external-lb-2") == true)
        let ofFlag = try document([
            "-f", Self.ownListeners, "http://nowhere.example.com/", "--default-backend", "default/app:80",
        ])
        #expect((ofFlag["defaultBackend"] as? [String: Any])?["kind"] as? String == "Controller")
        #expect((ofFlag["defaultBackend"] as? [String: Any])?["source"] as? String == "--default-backend")
        #expect((ofFlag["reason"] as? String)?.contains("the default backend of the controller") == true)
        let directory = try TemporaryDirectory()
        let withoutIngress = try document([
            "-f", directory.path, "http://nowhere.example.com/", "--default-backend", "default/app:80",
        ])
        #expect((withoutIngress["defaultBackend"] as? [String: Any])?["kind"] as? String == "Controller")
        let ofIngress = try document(["-f", Self.conflicts, "http://nowhere.example.com/"])
        #expect((ofIngress["defaultBackend"] as? [String: Any])?["name"] as? String == "shop/first")
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
            ["-f", "x", "http://a/", "-H", "Host: a b"], ["-f", "x", "http://a/", "-H", "Host:"],
            ["-f", "x", "http://a/", "-H", "Host: a", "-H", "host: b"],
        ])
    func usage(arguments: [String]) {
        let error = #expect(throws: (any Error).self) { try ExplainCommand.parse(arguments) }
        #expect(error.map { ExplainCommand.exitCode(for: $0) } == ExitCode.validationFailure)
    }
}
