import Foundation
import ProvisioningTesting
import Testing

extension OnAWS {
    @Suite("headgate apply")
    struct ApplyTests {
        @Test(
            "It makes what manifests ask for, as boto3 tells it, and writes nothing the second time",
            arguments: StandIn.allCases)
        func creates(_ standIn: StandIn) async throws {
            try await Desk.running(standIn) { desk in
                let site = try SampleSite()
                let made = try await desk.apply(site)
                #expect(made.filter { $0 == "CreateLoadBalancer" }.count == 1)
                #expect(made.filter { $0 == "CreateRule" }.count == 6)
                for port in [80.0, 443.0] {
                    let rules = try await desk.rules(port: port)
                    let hosts = rules.flatMap { $0["Conditions"]?.elements ?? [] }
                        .flatMap { $0["HostHeaderConfig"]?["Values"]?.elements ?? [] }.compactMap(\.string)
                    #expect(hosts.sorted() == ["api.example.com", "shop.example.com", "shop.example.com"])
                }
                let certificates = try await desk.account.call(
                    "acm", "list_certificates", #"{"Includes": {"keyTypes": ["EC_prime256v1"]}}"#)
                let domains = certificates["CertificateSummaryList"]?.elements.compactMap { $0["DomainName"]?.string }
                #expect(domains?.sorted() == ["api.example.com", "shop.example.com"])

                let trace = desk.file("trace.jsonl")
                try await desk.expect([], applying: site, "--trace-api", trace)
                let calls = try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n")
                    .map { try JSONDocument(parsing: String($0)) }
                #expect(calls.count > 10)
                #expect(calls.allSatisfy { $0["kind"] == "read" && $0["status"] == 200 })
                #expect(calls.allSatisfy { $0["requestId"]?.string != nil && $0["milliseconds"]?.number != nil })
            }
        }

        @Test("The quickstart is made, rests, and is taken away", arguments: [StandIn.strict])
        func quickstart(_ standIn: StandIn) async throws {
            try await Desk.running(standIn) { desk in
                let before = try await desk.account.inventory()
                let examples = Checkout.examples.appending(path: "quickstart").path
                let made = try await desk.headgate("apply", "-f", examples, "--provider", "aws", "--yes")
                #expect(made.status == 0, "\(made.output.suffix(3000))\(made.errors)")
                #expect(try await desk.account.inventory().count { $0.contains("load-balancer/main") } > 2)
                desk.proxy.forgetCalls()
                let again = try await desk.headgate(
                    "apply", "-f", examples, "--provider", "aws", "--yes", "--detailed-exitcode")
                #expect(again.status == 0, "\(again.output.suffix(3000))\(again.errors)")
                #expect(desk.proxy.writes == [])
                let gone = try await desk.headgate("destroy", "-f", examples, "--provider", "aws", "--yes")
                #expect(gone.status == 0, "\(gone.output.suffix(3000))\(gone.errors)")
                #expect(try await desk.account.inventory() == before)
            }
        }

        @Test("A path that goes elsewhere is one change of one rule", arguments: StandIn.allCases)
        func onePath(_ standIn: StandIn) async throws {
            try await Desk.running(standIn) { desk in
                var site = try SampleSite().withoutTLS
                // Its Service stays in use, so that nothing is deleted.
                site.ingresses[1].paths = [("/cart", "cart"), ("/", "web")]
                try await desk.apply(site)
                let before = try await desk.account.inventory()
                site.ingresses[0].paths[0].service = "web"
                try await desk.expect(["ModifyRule"], applying: site)
                let after = try await desk.account.inventory()
                let changed = Set(before).symmetricDifference(after)
                #expect(changed.count == 2 && changed.allSatisfy { $0.hasPrefix("rule ") && $0.contains("/cart") })
            }
        }

        @Test("An endpoint more is one registration, one less one deregistration", arguments: StandIn.allCases)
        func oneEndpoint(_ standIn: StandIn) async throws {
            try await Desk.running(standIn) { desk in
                var site = try SampleSite()
                try await desk.apply(site)
                site.endpoints["web"]?.append("10.0.1.12")
                try await desk.expect(["RegisterTargets"], applying: site)
                site.endpoints["web"]?.removeLast()
                try await desk.expect(["DeregisterTargets"], applying: site)
            }
        }

        @Test("A change made by hand is found by plan, and repaired", arguments: StandIn.allCases)
        func drift(_ standIn: StandIn) async throws {
            try await Desk.running(standIn) { desk in
                let site = try SampleSite()
                try await desk.apply(site)
                #expect(try await desk.plan().status == 0)
                let before = try await desk.account.inventory()
                try await desk.tamper()
                let plan = try await desk.plan()
                #expect(plan.status == 2)
                #expect(plan.changes.values.sorted() == ["update"])
                #expect(plan.changes.keys.allSatisfy { $0.hasPrefix("rule/") })
                try await desk.expect(["ModifyRule"], applying: site)
                #expect(try await desk.account.inventory() == before)
                #expect(try await desk.plan().status == 0)
            }
        }
    }
}
