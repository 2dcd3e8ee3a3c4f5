import ArgumentParser
import Provisioning
import ProvisioningTesting
import Testing

@testable import HeadgateCLI

/// What the commands say and do where AWS doesn't take an Ingress, or doesn't take the caller.
@Suite("headgate apply --provider aws, refused", .timeLimit(.minutes(5)))
struct AWSRefusalTests {
    /// A Service with an Ingress for each host, in the order of their age.
    private static func manifests(_ ingresses: [(name: String, path: String)]) -> String {
        let documents = ingresses.enumerated().map { index, ingress in
            """
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: \(ingress.name), namespace: shop, creationTimestamp: "2026-01-0\(index + 1)T00:00:00Z"}
            spec:
              ingressClassName: public
              rules:
              - host: \(ingress.name).example.com
                http:
                  paths:
                  - {path: "\(ingress.path)", pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
            """
        }
        return ([SampleManifests.service("web", targets: ["10.0.1.10"])] + documents).joined(separator: "\n---\n")
    }

    private func apply(
        _ manifests: String, to server: AWSTestServer, environment: [String: String] = [:], arguments: [String] = []
    ) async throws -> CommandResult {
        let recorded = RecordedConsole()
        let environment = AWSTestServer.environment.merging(environment) { _, given in given }
        let command = try ApplyCommand.parse(
            [
                "-f", "-", "--provider", "aws", "--ingress-class", "public", "--endpoint-url", server.endpoint, "--yes",
            ] + arguments)
        let status = try await command.run(
            on: recorded.console(input: manifests, environment: environment), registry: .standard)
        return CommandResult(status: status, output: recorded.output, error: recorded.error)
    }

    private func lastLine(_ output: String) -> String {
        output.split(separator: "\n").last.map(String.init) ?? ""
    }

    // MARK: Ingresses

    @Test("A match that AWS doesn't know leaves its Ingress out, and the last line and the status say so every time")
    func unsupportedMatch() async throws {
        let long = "/" + String(repeating: "long", count: 40)
        let manifests = Self.manifests([("front", "/"), ("late", long)])
        try await AWSTestServer.running { server in
            let first = try await apply(manifests, to: server)
            #expect(first.status == 1)
            #expect(first.output.contains("quarantined"))
            #expect(first.output.contains("Ingress shop/late:"))
            let line = lastLine(first.output)
            #expect(line.hasPrefix("Incomplete: ") && line.contains("0 failed"), "\(line)")
            #expect(line.contains("Not as asked for: Ingress shop/late ("), "\(line)")
            #expect(server.cloud.world.rules.values.contains { "\($0.conditions)".contains("front.example.com") })
            let writes = server.cloud.writes.count
            let second = try await apply(manifests, to: server)
            #expect(second.status == 1)
            #expect(
                lastLine(second.output).hasPrefix(
                    "No changes: but for what is left out, what exists is what is asked for ("))
            #expect(lastLine(second.output).hasSuffix("Left out: Ingress shop/late."))
            #expect(server.cloud.writes.count == writes)
        }
    }

    @Test("An Ingress that AWS doesn't take wins nothing from its neighbours, whatever its age")
    func displacesNobody() async throws {
        let annotation = "alb.ingress.kubernetes.io/target-group-attributes: slow_start.duration_seconds=5"
        @Sendable func manifests(hasLate: Bool) -> String {
            // The first one is the oldest.
            Self.manifests((hasLate ? [("late", "/a")] : []) + [("front", "/a")])
                .replacing("late.example.com", with: "front.example.com")
                .replacing(
                    "name: late, namespace: shop,", with: "name: late, namespace: shop, annotations: {\(annotation)},")
        }
        try await AWSTestServer.running { server in
            #expect(try await apply(manifests(hasLate: false), to: server).status == 0)
            server.cloud.forgetCalls()
            let result = try await apply(manifests(hasLate: true), to: server)
            #expect(result.status == 1)
            #expect(lastLine(result.output).hasSuffix("Left out: Ingress shop/late."), "\(result.output)")
            #expect(!result.error.contains("PathConflict"), "\(result.error)")
            #expect(server.cloud.writes.isEmpty, "\(server.cloud.writes.map(\.operation))")
        }
    }

    @Test("A value of an annotation that AWS doesn't take is left out, and neighbours and deletions go on")
    func badAnnotation() async throws {
        @Sendable func manifests(target: String, isBad: Bool, hasLate: Bool) -> String {
            let annotation = "alb.ingress.kubernetes.io/load-balancer-attributes: idle_timeout.timeout_seconds=5000"
            return Self.manifests([("front", "/")] + (hasLate ? [("late", "/")] : []))
                .replacing(
                    "name: front, namespace: shop,",
                    with: isBad
                        ? "name: front, namespace: shop, annotations: {\(annotation)},"
                        : "name: front, namespace: shop,"
                )
                .replacing("10.0.1.10", with: target)
        }
        try await AWSTestServer.running { server in
            _ = try await apply(manifests(target: "10.0.1.10", isBad: false, hasLate: true), to: server)
            let result = try await apply(manifests(target: "10.0.1.99", isBad: true, hasLate: false), to: server)
            #expect(result.status == 0, "\(result.error)")
            #expect(
                result.output.contains(
                    "Ingress shop/front: metadata.annotations[alb.ingress.kubernetes.io/load-balancer-attributes]: "
                        + "attributes.idle_timeout.timeout_seconds is left out, for \"5000\" is not a number from 1 to 4000"
                ),
                "\(result.output)")
            let targets = server.cloud.world.targetGroups.values.flatMap { $0.targets.map { "\($0)" } }
            #expect(targets.contains { $0.contains("10.0.1.99") } && !targets.contains { $0.contains("10.0.1.10") })
            #expect(!server.cloud.world.rules.values.contains { "\($0.conditions)".contains("late.example.com") })
        }
    }

    @Test("Names of annotations that AWS doesn't know are told before anything is done, and neighbours go on")
    func unknownNames() async throws {
        let prefix = "alb.ingress.kubernetes.io/"
        let certificate = "arn:aws:acm:us-east-1:123456789012:certificate/99999999-2222-3333-4444-555555555555"
        let webACL = "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/shop/99999999-2222-3333-4444-555555555555"
        let manifests = Self.manifests([("front", "/"), ("guarded", "/"), ("late", "/")])
            .replacing(
                "name: guarded, namespace: shop,",
                with: "name: guarded, namespace: shop, annotations: {\(prefix)wafv2-acl-arn: '\(webACL)'},"
            )
            .replacing(
                "name: late, namespace: shop,",
                with: "name: late, namespace: shop, annotations: {\(prefix)certificate-arn: '\(certificate)'},")
        try await AWSTestServer.running { server in
            let result = try await apply(manifests, to: server)
            #expect(result.status == 1)
            for part in [
                "Ingress shop/guarded: metadata.annotations[\(prefix)wafv2-acl-arn]: there is no web ACL \(webACL)",
                "Ingress shop/late: metadata.annotations[\(prefix)certificate-arn]: the certificate \(certificate) is left "
                    + "out, for there is no such certificate in us-east-1",
                "Not as asked for: Ingress shop/guarded (InvalidSetting)", "0 failed",
            ] {
                #expect(result.output.contains(part), "\(part) isn't in \(result.output)")
            }
            let hosts = server.cloud.world.rules.values.map { "\($0.conditions)" }.joined()
            #expect(hosts.contains("front.example.com") && hosts.contains("late.example.com"))
            #expect(!hosts.contains("guarded.example.com"))
            #expect(server.cloud.violations.isEmpty)
        }
    }

    @Test("A plan that leaves an Ingress out says with which status apply will end")
    func plannedStatus() async throws {
        let long = "/" + String(repeating: "long", count: 40)
        try await AWSTestServer.running { server in
            let recorded = RecordedConsole()
            let command = try PlanCommand.parse([
                "-f", "-", "--provider", "aws", "--ingress-class", "public", "--endpoint-url", server.endpoint,
            ])
            let status = try await command.run(
                on: recorded.console(
                    input: Self.manifests([("front", "/"), ("late", long)]), environment: AWSTestServer.environment),
                registry: .standard)
            #expect(status == 0)
            #expect(recorded.error.contains("headgate apply will end with status 1"), "\(recorded.error)")
        }
    }

    @Test("Beyond a quota the newest Ingresses are left out, with the quota and the remedy")
    func quota() async throws {
        let manifests = Self.manifests([("front", "/"), ("late", "/")])
        try await AWSTestServer.running { server in
            server.cloud.settings.quotas.rulesPerLoadBalancer = 1
            let result = try await apply(manifests, to: server)
            #expect(result.status == 1)
            #expect(result.output.contains("Ingress shop/late: the load balancer would take 2 rules of 1"))
            #expect(lastLine(result.output).contains("Ingress shop/late (QuotaExceeded)"), "\(result.output)")
        }
    }

    @Test(
        "What AWS refuses while it is made fails for its Ingress alone; the next run makes it",
        arguments: [
            ("CreateRule", "TooManyRules", "You've reached the limit on the number of rules per load balancer"),
            ("CreateRule", "ValidationError", "A condition value isn't valid"),
        ])
    func runtimeRefusal(_ operation: String, _ code: String, _ message: String) async throws {
        let manifests = Self.manifests([("front", "/"), ("late", "/")])
        try await AWSTestServer.running { server in
            server.cloud.inject(
                AWSFault(.failure(ServiceFailure(code, message, status: 400)), operation: operation, skipping: 1))
            let result = try await apply(manifests, to: server)
            #expect(result.status == 1)
            #expect(result.output.contains("elasticloadbalancing:\(operation): \(code) \(message)"))
            #expect(result.output.contains("(request id "))
            let line = lastLine(result.output)
            #expect(line.contains("1 failed, 0 left."), "\(line)")
            #expect(line.contains("Ingress shop/") && line.contains("(\(code))"), "\(line)")
            let rules = server.cloud.world.rules.count
            #expect(try await apply(manifests, to: server).status == 0)
            #expect(server.cloud.world.rules.count == rules + 1)
        }
    }

    @Test(
        "Where something that all share is refused, the last line names everyone who goes without",
        arguments: ["CreateListener", "CreateLoadBalancer", "CreateSecurityGroup"])
    func sharedRefusal(_ operation: String) async throws {
        let manifests = Self.manifests([("front", "/"), ("late", "/")])
        try await AWSTestServer.running { server in
            let refusal = ServiceFailure("ValidationError", "This isn't valid", status: 400)
            server.cloud.inject(AWSFault(.failure(refusal), operation: operation))
            let result = try await apply(manifests, to: server, arguments: ["--output", "json"])
            #expect(result.status == 1)
            let outcomes = try #require(try jsonObject(result.output)["results"] as? [[String: Any]])
            let failure = try #require((outcomes.first?["failures"] as? [[String: Any]])?.first)
            #expect(failure["ingresses"] as? [String] == ["shop/front", "shop/late"])
            server.cloud.inject(AWSFault(.failure(refusal), operation: operation))
            let line = lastLine(try await apply(manifests, to: server).output)
            #expect(
                line.contains(
                    "Not as asked for: Ingress shop/front (ValidationError), Ingress shop/late (ValidationError);"),
                "\(line)")
        }
    }

    @Test("A name that a load balancer of others has is in the way before anything is made", arguments: [true, false])
    func takenName(isForeign: Bool) async throws {
        @Sendable func manifests(_ namespace: String) -> String {
            ClassManifests.ingressClass("edge", parameters: "{provider: {name: aws, settings: {name: front-door}}}")
                + ClassManifests.ingress("\(namespace)/front", class: "edge")
        }
        try await AWSTestServer.running { server in
            let commands = ProvisioningCommands(server)
            let first = try await commands.apply(["-f", "-", "--cluster-name", "first"], input: manifests("first"))
            #expect(first.status == 0)
            if isForeign {
                server.cloud.change { world in
                    for arn in world.loadBalancers.ids { world.loadBalancers[arn]?.tags = ["team": "other"] }
                }
            }
            let arn = try #require(server.cloud.world.loadBalancers.ids.first)
            server.cloud.forgetCalls()
            let arguments = ["-f", "-", "--cluster-name", "second"]
            let plan = try await commands.plan(arguments, input: manifests("second"), provider: [])
            #expect(plan.status == 0)
            for part in [
                "in the way", "load-balancer/main: the name front-door is taken by \(arn)",
                "give another name (provider.settings.name)", "load-balancer/main=\(arn)",
            ] {
                #expect(plan.output.contains(part), "\(part): \(plan.output)")
            }
            let error = await #expect(throws: CommandFailure.self) {
                _ = try await commands.apply(arguments, input: manifests("second"))
            }
            #expect(error?.message.contains("the name front-door is taken") == true)
            #expect(server.cloud.writes.isEmpty)
            guard !isForeign else { return }
            let again = try await commands.plan(
                ["-f", "-", "--cluster-name", "first"], input: manifests("first"), provider: [])
            #expect(!again.output.contains("in the way") && again.output.contains("No changes"), "\(again.output)")
        }
    }

    // MARK: Callers

    @Test(
        "What stands against every call names the operation, AWS's request id, the credentials and the remedy",
        arguments: [
            (
                AWSFault.Effect.expiredCredentials,
                ["the credentials have expired: renew them", "environment variables"]
            ),
            (.accessDenied, ["allow ec2:DescribeVpcs", "iam-policy.json", "environment variables"]),
            (
                .failure(ServiceFailure("RequestTimeTooSkewed", "The difference is too large.", status: 403)),
                ["set this machine's clock"]
            ),
            (
                .failure(
                    ServiceFailure("SignatureDoesNotMatch", "Signature expired: 1 is now earlier than 2", status: 403)),
                ["set this machine's clock"]
            ),
            (
                .failure(ServiceFailure("SignatureDoesNotMatch", "The signature does not match", status: 403)),
                ["check the credentials", "aws sts get-caller-identity"]
            ),
            (
                .failure(ServiceFailure("OptInRequired", "You are not subscribed", status: 403)),
                ["enable the region"]
            ),
            (
                .failure(
                    ServiceFailure(
                        "UnauthorizedOperation", "No. Encoded authorization failure message: abc", status: 403)),
                ["decode-authorization-message"]
            ),
        ] as [(AWSFault.Effect, [String])])
    func refusedCaller(_ effect: AWSFault.Effect, _ expected: [String]) async throws {
        try await AWSTestServer.running { server in
            server.cloud.inject(AWSFault(effect, operation: "DescribeVpcs", times: 100))
            let result = try await apply(Self.manifests([("front", "/")]), to: server)
            #expect(result.status == 1)
            let text = result.error
            for part in expected + ["ec2:DescribeVpcs", "(request id "] { #expect(text.contains(part), "\(text)") }
            #expect(!text.contains(CloudCredential.standardSecret))
            #expect(server.cloud.writes.isEmpty)
        }
    }

    @Test("An endpoint that nobody listens at is named, with what to check")
    func unreachable() async throws {
        let recorded = RecordedConsole()
        let command = try ApplyCommand.parse([
            "-f", "-", "--provider", "aws", "--ingress-class", "public", "--endpoint-url", "http://127.0.0.1:1",
        ])
        let environment = AWSTestServer.environment.merging(["AWS_MAX_ATTEMPTS": "1"]) { _, given in given }
        let status = try await command.run(
            on: recorded.console(input: Self.manifests([("front", "/")]), environment: environment),
            registry: .standard)
        #expect(status == 1)
        let text = recorded.error
        #expect(text.contains("http://127.0.0.1:1 can't be reached: connection refused"), "\(text)")
        #expect(text.contains("check the network, the region and the endpoint") && !text.contains("tries"), "\(text)")
    }

    @Test("A profile that isn't there is named with the files and the profiles that are, whatever else has keys")
    func missingProfile() async throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write("[default]\nregion = us-east-1\n[profile staging]\n", to: "config")
        let variables = ["AWS_CONFIG_FILE": file, "AWS_SHARED_CREDENTIALS_FILE": "\(directory.path)/credentials"]
        try await AWSTestServer.running { server in
            for (arguments, more) in [(["--profile", "production"], [:]), ([], ["AWS_PROFILE": "production"])] {
                let text = try await apply(
                    Self.manifests([("front", "/")]), to: server,
                    environment: variables.merging(more) { $1 }, arguments: arguments
                ).error
                let expected = [
                    "profile \"production\"", "there is no such profile in \(file) and \(directory.path)/credentials",
                    "Name one of those with --profile or AWS_PROFILE: default, staging",
                ]
                for part in expected { #expect(text.contains(part), "\(text)") }
            }
        }
    }

    @Test("--profile wins over AWS_PROFILE and over keys in the environment, also for a plan that is saved")
    func profile() async throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write(
            """
            [profile right]
            region = us-east-1
            aws_access_key_id = \(CloudCredential.standardKey)
            aws_secret_access_key = \(CloudCredential.standardSecret)
            [profile wrong]
            region = us-east-1
            aws_access_key_id = AKIAWRONG
            aws_secret_access_key = wrong
            """, to: "config")
        let manifests = try directory.write(Self.manifests([("front", "/")]), to: "all.yaml")
        let environment = [
            "HOME": directory.path, "AWS_CONFIG_FILE": file, "AWS_PROFILE": "wrong", "AWS_ACCESS_KEY_ID": "AKIAWRONG",
            "AWS_SECRET_ACCESS_KEY": "wrong",
        ]
        try await AWSTestServer.running { server in
            let saved = "\(directory.path)/saved.plan"
            let recorded = RecordedConsole()
            let plan = try PlanCommand.parse([
                "-f", manifests, "--provider", "aws", "--ingress-class", "public", "--endpoint-url", server.endpoint,
                "--profile", "right", "--out", saved,
            ])
            #expect(try await plan.run(on: recorded.console(environment: environment), registry: .standard) == 0)
            let apply = try ApplyCommand.parse([saved])
            #expect(try await apply.run(on: recorded.console(environment: environment), registry: .standard) == 0)
            #expect(!server.cloud.world.loadBalancers.values.isEmpty)
        }
    }
}
