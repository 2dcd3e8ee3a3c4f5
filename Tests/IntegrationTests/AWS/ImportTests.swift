import ProvisioningTesting
import Testing

extension OnAWS {
    @Suite("headgate import")
    struct ImportTests {
        @Test("A load balancer made by hand is adopted, let go of, and adopted for good", arguments: StandIn.allCases)
        func adopts(_ standIn: StandIn) async throws {
            try await Desk.running(standIn) { desk in
                let site = try SampleSite().withoutTLS
                try desk.write(site)
                let before = try await desk.account.inventory()
                let arn = try await desk.account.addLoadBalancer(named: "by-hand", scheme: site.scheme)
                let withTheirs = try await desk.account.inventory()
                let name = try await desk.loadBalancerName()
                #expect(try await desk.plan().changes["load-balancer/main"] == "create")

                let imported = try await desk.headgate(
                    "import", "--provider", "aws", "--name", name, "load-balancer/main=\(arn)")
                #expect(imported.status == 0, "\(imported.errors)")
                #expect(try await desk.tags(of: arn)["headgate.dev/load-balancer"] == name)
                #expect(try await desk.plan().changes["load-balancer/main"] == "update")

                let released = try await desk.headgate("import", "--release", "--provider", "aws", arn)
                #expect(released.status == 0, "\(released.errors)")
                #expect(try await desk.account.inventory() == withTheirs, "all is as it was")
                #expect(try await desk.plan().changes["load-balancer/main"] == "create")

                _ = try await desk.headgate("import", "--provider", "aws", "--name", name, "load-balancer/main=\(arn)")
                #expect(try await !desk.apply(site).contains("CreateLoadBalancer"))
                #expect(try await desk.loadBalancerARN() == arn)
                try await desk.expect([], applying: site)
                let destroyed = try await desk.headgate("destroy", "-f", desk.manifests, "--yes")
                #expect(destroyed.status == 0, "\(destroyed.errors)")
                #expect(try await desk.account.inventory() == before)
            }
        }
    }
}

extension Desk {
    fileprivate func tags(of arn: String) async throws -> [String: String] {
        let answer = try await account.call("elbv2", "describe_tags", #"{"ResourceArns": ["\#(arn)"]}"#)
        let tags = answer["TagDescriptions"]?[0]?["Tags"]?.elements ?? []
        return Dictionary(
            tags.compactMap { tag in
                guard let key = tag["Key"]?.string, let value = tag["Value"]?.string else { return nil }
                return (key, value)
            }
        ) { first, _ in first }
    }
}
