import Foundation
import ProvisioningTesting
import Testing

extension OnAWS {
    @Suite("A saved plan")
    struct SavedPlanTests {
        @Test("It is carried out exactly, once", arguments: StandIn.allCases)
        func carriedOut(_ standIn: StandIn) async throws {
            try await Desk.running(standIn) { desk in
                let site = try SampleSite()
                try desk.write(site)
                let plan = desk.file("saved.plan")
                let saved = try await desk.headgate("plan", "-f", desk.manifests, "--provider", "aws", "--out", plan)
                #expect(saved.status == 0, "\(saved.errors)")
                #expect(desk.proxy.writes == [], "a plan writes nothing")
                let text = try String(contentsOfFile: plan, encoding: .utf8)
                #expect(!text.contains("PRIVATE KEY"), "a saved plan holds no key")
                let applied = try await desk.headgate("apply", plan, "--yes")
                #expect(applied.status == 0, "\(applied.output)\(applied.errors)")
                try await desk.expect([], applying: site)
                let again = try await desk.headgate("apply", plan, "--yes")
                #expect(again.status == 1)
                #expect(again.errors.contains("the world has moved"))
            }
        }

        @Test("It is refused where the world has moved since, and what has moved is said", arguments: StandIn.allCases)
        func moved(_ standIn: StandIn) async throws {
            try await Desk.running(standIn) { desk in
                var site = try SampleSite()
                try await desk.apply(site)
                site.endpoints["web"] = ["10.0.1.99"]
                try desk.write(site)
                let plan = desk.file("saved.plan")
                _ = try await desk.headgate("plan", "-f", desk.manifests, "--provider", "aws", "--out", plan)
                try await desk.tamper()
                let before = try await desk.account.inventory()
                desk.proxy.forgetCalls()
                let refused = try await desk.headgate("apply", plan, "--yes")
                #expect(refused.status == 1)
                #expect(refused.errors.contains("the world has moved"))
                #expect(refused.errors.contains("rule/http-"), "\(refused.errors)")
                #expect(refused.errors.contains("actions"), "\(refused.errors)")
                #expect(desk.proxy.writes == [])
                #expect(try await desk.account.inventory() == before)
            }
        }
    }
}
