import ArgumentParser
import Foundation
import Testing

@testable import HeadgateCLI

@Suite("headgate plan")
struct PlanCommandTests {
    private static let ingress = """
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: web, namespace: shop}
        spec:
          ingressClassName: mine
          defaultBackend: {service: {name: web, port: {number: 80}}}

        """
    private static let service = """
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: shop}
        spec: {ports: [{port: 80}]}

        """
    private static let slice = """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
        addressType: IPv4
        endpoints: [{addresses: [10.0.0.1]}]
        ports: [{port: 8080}]

        """
    private static let all = [ingress, service, slice].joined(separator: "---\n")
    private static let arguments = ["-f", "-", "--ingress-class", "mine"]

    @Test("Standard input is read, and what is planned is to be created")
    func standardInput() throws {
        let result = try Commands.plan(Self.arguments + ["--detailed-exitcode"], input: Self.all)
        #expect(result.output.contains("→ shop/web:80  1 ready  shop/web"))
        #expect(result.status == 2)
    }

    @Test("Without the detailed exit code a plan ends with 0")
    func status() throws {
        #expect(try Commands.plan(Self.arguments, input: Self.all).status == 0)
    }

    @Test("Nothing to do is 0")
    func nothing() throws {
        let result = try Commands.plan(Self.arguments + ["--detailed-exitcode"], input: Self.service)
        #expect(result.status == 0)
        #expect(result.output == "Plan: nothing to create. 0 errors, 0 warnings.\n")
    }

    @Test("A missing Service is an error of the plan, not of the command")
    func missingService() throws {
        let result = try Commands.plan(Self.arguments, input: Self.ingress)
        #expect(result.status == 0)
        #expect(result.output.contains("ServiceNotFound"))
    }

    @Test("What can't be read ends with 1, after the plan of the rest", arguments: [[], ["--detailed-exitcode"]])
    func malformed(flags: [String]) throws {
        let directory = try TemporaryDirectory()
        try directory.write(Self.all, to: "good.yaml")
        try directory.write("key: [", to: "bad.yaml")
        let result = try Commands.plan(["-f", directory.path, "--ingress-class", "mine"] + flags)
        #expect(result.status == 1)
        #expect(result.output.contains("→ shop/web:80"))
        #expect(result.output.contains("bad.yaml"))
        #expect(result.error.contains("the plan is incomplete"))
    }

    @Test("A plan promises no last good content, which it has none of")
    func noLastGoodContent() throws {
        let result = try Commands.plan(["-f", "-"], input: "key: [")
        #expect(result.status == 1)
        #expect(result.output.contains("correct the syntax"))
        #expect(!result.output.contains("last good"))
    }

    @Test("An error in parameters of a ConfigMap names file, document, line and field")
    func configMapParameters() throws {
        let input = ParameterManifests.ingressClass(
            "mine", data: "\n  scheme: internal\n  mergeSlashes: nonsense")
        let result = try Commands.plan(Self.arguments, input: input + Self.all)
        #expect(result.output.contains("standard input:13, document 2: data.mergeSlashes: must be"))
        #expect(result.status == 1)
        #expect(try Commands.explain(["-f", "-", "http://a.example/"], input: input + Self.all).status == 1)
    }

    @Test(
        "An invalid value in parameters has one status and one severity, whatever their kind",
        arguments: ["ClusterIngressParameters", "IngressParameters", "ConfigMap"])
    func invalidParameters(kind: String) throws {
        let place = kind == "ClusterIngressParameters" ? "" : ", namespace: shop"
        let scope = kind == "ClusterIngressParameters" ? "" : ", scope: Namespace"
        let group = kind == "ConfigMap" ? "" : "apiGroup: headgate.dev, "
        let input = """
            apiVersion: networking.k8s.io/v1
            kind: IngressClass
            metadata: {name: mine}
            spec:
              controller: headgate.dev/ingress-controller
              parameters: {\(group)kind: \(kind), name: edge\(place)\(scope)}
            ---
            apiVersion: \(kind == "ConfigMap" ? "v1" : "headgate.dev/v1alpha1")
            kind: \(kind)
            metadata: {name: edge\(place)}
            \(kind == "ConfigMap" ? "data" : "spec"): {scheme: bogus}
            ---

            """
        let result = try Commands.plan(Self.arguments + ["--output", "json"], input: input + Self.all)
        #expect(result.status == 1)
        let document = try jsonObject(result.output)
        #expect((document["loadBalancers"] as? [Any])?.isEmpty == true)
        let diagnostics = try #require(document["diagnostics"] as? [[String: Any]])
        let value = try #require(diagnostics.first { $0["reason"] as? String == "UnsupportedValue" })
        #expect(value["severity"] as? String == "error")
        #expect((value["object"] as? [String: Any])?["kind"] as? String == kind)
    }

    @Test("A path that isn't there is a failure that names it and the remedy")
    func missingPath() {
        let error = #expect(throws: CommandFailure.self) { try Commands.plan(["-f", "/nowhere/at/all"]) }
        #expect(
            error?.description
                == "/nowhere/at/all can't be read: No such file or directory\nCheck the path given with -f.")
    }

    @Test("Several sources are one, and an object that is there twice is an error that names both places")
    func duplicates() throws {
        let directory = try TemporaryDirectory()
        let first = try directory.write(Self.all, to: "first.yaml")
        let second = try directory.write(Self.service, to: "second.yaml")
        let result = try Commands.plan(["-f", first, "-f", second, "--ingress-class", "mine"])
        #expect(result.status == 1)
        #expect(result.output.contains("DuplicateObject"))
        #expect(result.output.contains("first.yaml"))
        #expect(result.output.contains("second.yaml"))
    }

    @Test("Manifests without an object are no error, but are told of", arguments: ["", "kind: Pod\napiVersion: v1\n"])
    func nothing(input: String) throws {
        let result = try Commands.plan(["-f", "-"], input: input)
        #expect(result.status == 0)
        #expect(result.error.contains("no Kubernetes object"))
    }

    @Test("Standard input can be given once")
    func standardInputTwice() {
        #expect(throws: CommandFailure.self) { try Commands.plan(["-f", "-", "-f", "-"]) }
    }

    @Test("Colour appears on a terminal alone")
    func colour() throws {
        #expect(try Commands.plan(Self.arguments, input: Self.all, isTerminal: true).output.contains("\u{1B}["))
        #expect(try !Commands.plan(Self.arguments, input: Self.all).output.contains("\u{1B}["))
        let json = try Commands.plan(Self.arguments + ["-o", "json"], input: Self.all, isTerminal: true)
        #expect(!json.output.contains("\u{1B}["))
    }

    @Test("The document names the Ingress of each route")
    func document() throws {
        let result = try Commands.plan(Self.arguments + ["--output", "json"], input: Self.all)
        let document = try jsonObject(result.output)
        #expect(document["kind"] as? String == "Plan")
        #expect(document["changes"] == nil)
        let loadBalancers = try #require(document["loadBalancers"] as? [[String: Any]])
        let routes = try #require(loadBalancers.first?["routes"] as? [[String: Any]])
        #expect(routes.map { $0["ingress"] as? String } == ["shop/web"])
    }

    @Test(
        "Wrong arguments are refused with status 64",
        arguments: [
            [], ["-f"], ["-f", ""], ["-f", "x", "--output", "xml"], ["-f", "x", "--default-backend", "nonsense"],
            ["-f", "x", "--ingress-class", ""], ["-f", "x", "--color", "mauve"], ["-f", "x", "--unknown"],
        ])
    func usage(arguments: [String]) {
        let error = #expect(throws: (any Error).self) { try PlanCommand.parse(arguments) }
        #expect(error.map { PlanCommand.exitCode(for: $0) } == ExitCode.validationFailure)
    }

    // MARK: - Comparison

    private func compare(_ before: String, _ after: String, format: String = "json") throws -> CommandResult {
        let directory = try TemporaryDirectory()
        let saved = try directory.write(
            try Commands.plan(Self.arguments + ["--output", format], input: before).output, to: "saved.\(format)")
        return try Commands.plan(Self.arguments + ["--against", saved, "--detailed-exitcode"], input: after)
    }

    @Test("The same manifests have no changes", arguments: ["json", "yaml"])
    func unchanged(format: String) throws {
        let result = try compare(Self.all, Self.all, format: format)
        #expect(result.status == 0)
        #expect(result.output == "No changes: the plan is the saved one. 0 errors, 0 warnings.\n")
    }

    @Test("A change is shown field by field")
    func changed() throws {
        let after = Self.all
            .replacingOccurrences(of: "10.0.0.1", with: "10.0.0.2")
            .replacingOccurrences(
                of: "{name: web, namespace: shop}\nspec:\n  ingress",
                with: """
                    {name: web, namespace: shop, annotations: {nginx.ingress.kubernetes.io/proxy-body-size: 2m}}
                    spec:
                      ingress
                    """)
        let result = try compare(Self.all, after)
        #expect(result.status == 2)
        try GoldenFile.expect(result.output, is: "comparison/changed.txt")
    }

    @Test("Load balancers that come and go are shown as such")
    func createdAndDeleted() throws {
        let created = try compare(Self.service, Self.all)
        #expect(created.status == 2)
        #expect(created.output.hasPrefix("+ load balancer"))
        #expect(created.output.hasSuffix("Plan: 1 to create, 0 to update, 0 to delete. 0 errors, 0 warnings.\n"))
        let deleted = try compare(Self.all, Self.service)
        #expect(deleted.status == 2)
        #expect(deleted.output.hasPrefix("- load balancer"))
        #expect(deleted.output.hasSuffix("Plan: 0 to create, 0 to update, 1 to delete. 0 errors, 0 warnings.\n"))
    }

    @Test(
        "A file that is no saved plan is a failure that names it",
        arguments: [
            ("", "saved.json is no saved plan: it is empty"), (" \n", "saved.json is no saved plan: it is empty"),
            ("{", "saved.json is no saved plan"),
            ("- a\n- b\n", "saved.json is no saved plan"),
            ("{\"kind\": \"Pod\", \"apiVersion\": \"v1\"}", "its kind is \"Pod\""),
            (
                "{\"kind\": \"Plan\", \"apiVersion\": \"plan.headgate.dev/v9\"}",
                "has apiVersion \"plan.headgate.dev/v9\""
            ),
            (
                "{\"kind\": \"Plan\", \"apiVersion\": \"plan.headgate.dev/v1\", \"diagnostics\": []}",
                "the field loadBalancers is missing"
            ),
            (
                "{\"kind\": \"Plan\", \"apiVersion\": \"plan.headgate.dev/v1\", \"diagnostics\": [], "
                    + "\"loadBalancers\": [{\"name\": 3}]}", "the field loadBalancers[0]"
            ),
        ])
    func badSavedPlan(text: String, problem: String) throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write(text, to: "saved.json")
        let error = #expect(throws: CommandFailure.self) {
            try Commands.plan(Self.arguments + ["--against", file], input: Self.all)
        }
        #expect(error?.message.contains(problem) == true, "\(error?.message ?? "")")
        #expect(error?.remedy?.contains("--output json") == true)
    }

    @Test("A saved plan may come through a pipe")
    func pipedSavedPlan() throws {
        let saved = try Commands.plan(Self.arguments + ["--output", "json"], input: Self.all).output
        let pipe = Pipe()
        let writer = Thread {
            try? pipe.fileHandleForWriting.write(contentsOf: Data(saved.utf8))
            try? pipe.fileHandleForWriting.close()
        }
        writer.start()
        let path = "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"
        let result = try Commands.plan(Self.arguments + ["--against", path], input: Self.all)
        #expect(result.output.hasPrefix("No changes"))
    }

    @Test("A device that holds nothing is an empty plan, which is none")
    func emptyDevice() {
        let error = #expect(throws: CommandFailure.self) {
            try Commands.plan(Self.arguments + ["--against", "/dev/null"], input: Self.all)
        }
        #expect(error?.message == "/dev/null is no saved plan: it is empty")
    }

    @Test("A saved plan that isn't there is a failure that names it")
    func missingSavedPlan() {
        let error = #expect(throws: CommandFailure.self) {
            try Commands.plan(Self.arguments + ["--against", "/nowhere/saved.json"], input: Self.all)
        }
        #expect(error?.message == "/nowhere/saved.json can't be read: No such file or directory")
    }
}
