import Foundation
import Testing

/// What `kubectl get ingress,ingressclass,svc,endpointslices,secrets -A -o yaml --show-managed-fields` prints.
private let dump = fixture("kubectl-get.yaml")

private func fixture(_ name: String) -> URL {
    Checkout.root.appending(path: "Tests/IntegrationTests/Fixtures/\(name)")
}

/// Runs a command of headgate with a pipe as its standard input.
private func piped(_ file: URL, _ arguments: [String]) async throws -> Finished {
    let shell = try #require(Executables.program("sh"))
    return try await Finished.running(
        shell, ["-c", "cat \"$0\" | \"$@\"", file.path, Executables.headgate.path] + arguments)
}

@Suite("Plans from a pipe", .timeLimit(.minutes(5)), .serialized)
struct PlanPipeTests {
    @Test(
        "What kubectl prints is planned without a word of complaint",
        arguments: ["kubectl-get.yaml", "kubectl-get.json"])
    func list(name: String) async throws {
        let result = try await piped(fixture(name), ["plan", "-f", "-", "--output", "json"])
        #expect(result.status == 0)
        #expect(result.errors == "")
        let document = try JSONDocument(parsing: result.output)
        #expect(document["diagnostics"] == [])
        let balancers = try #require(document["loadBalancers"]).elements
        #expect(balancers.count == 1)
        let routes = try #require(balancers[0]["routes"]).elements
        #expect(routes.map { $0["ingress"] } == ["shop/shop", "shop/shop"])
        #expect(routes.map { $0["match"]?["path"]?["value"] } == ["/products", "/"])
        let targets = balancers[0]["pools"]?.elements.flatMap { $0["targets"]?.elements ?? [] } ?? []
        let described = targets.map { target in
            "\(target["address"]?.string ?? ""):\(target["port"]?.number ?? 0) \(target["state"]?.string ?? "")"
        }
        #expect(described == ["10.244.1.18:8080.0 ready", "10.244.1.17:3000.0 ready", "10.244.2.9:3000.0 draining"])
    }

    @Test("The plan for people names hosts, paths, Services and certificates, and has no colour in a pipe")
    func text() async throws {
        let result = try await piped(dump, ["plan", "-f", "-"])
        #expect(result.status == 0)
        for part in ["shop.example.com", "/products", "shop/products:80", "shop/storefront:http", "shop/shop-tls"] {
            #expect(result.output.contains(part))
        }
        #expect(!result.output.contains("\u{1B}"))
        let coloured = try await piped(dump, ["plan", "-f", "-", "--color", "always"])
        #expect(coloured.output.contains("\u{1B}["))
    }

    @Test("YAML holds what JSON does, and both are read by --against")
    func formats() async throws {
        let scratch = try ScratchDirectory()
        for format in ["json", "yaml"] {
            let result = try await piped(dump, ["plan", "-f", "-", "--output", format])
            #expect(result.status == 0)
            try scratch.write(result.output, to: "saved.\(format)")
            let again = try await piped(dump, ["plan", "-f", "-", "--output", format])
            #expect(again.output == result.output, "the same input gives the same octets")
        }
        for format in ["json", "yaml"] {
            let saved = scratch.url.appending(path: "saved.\(format)").path
            let result = try await piped(dump, ["plan", "-f", "-", "--against", saved, "--detailed-exitcode"])
            #expect(result.status == 0, "\(result.output)\(result.errors)")
        }
    }

    @Test("--detailed-exitcode tells nothing to do, an error and changes apart")
    func detailedExitCode() async throws {
        let scratch = try ScratchDirectory()
        let text = try String(contentsOf: dump, encoding: .utf8)
        try scratch.write(text.replacing("path: /products", with: "path: /goods"), to: "changed.yaml")
        try scratch.write(text + "---\n{ broken: [\n", to: "broken.yaml")
        try scratch.write("apiVersion: v1\nkind: List\nitems: []\n", to: "empty.yaml")
        let plan = try await piped(dump, ["plan", "-f", "-", "--output", "json"])
        try scratch.write(plan.output, to: "saved.json")
        let saved = scratch.url.appending(path: "saved.json").path
        func status(_ file: URL, _ arguments: [String]) async throws -> Int32 {
            try await piped(file, ["plan", "-f", "-"] + arguments).status
        }
        let changed = scratch.url.appending(path: "changed.yaml")
        let broken = scratch.url.appending(path: "broken.yaml")
        let empty = scratch.url.appending(path: "empty.yaml")
        #expect(try await status(dump, ["--detailed-exitcode"]) == 2, "all is new")
        #expect(try await status(dump, ["--detailed-exitcode", "--against", saved]) == 0)
        #expect(try await status(changed, ["--detailed-exitcode", "--against", saved]) == 2)
        #expect(try await status(changed, ["--against", saved]) == 0)
        #expect(try await status(empty, ["--detailed-exitcode", "--against", saved]) == 2, "a deletion is a change")
        #expect(try await status(empty, ["--detailed-exitcode"]) == 0)
        #expect(try await status(broken, ["--detailed-exitcode", "--against", saved]) == 1)
        #expect(try await status(broken, []) == 1)
        #expect(try await status(dump, ["--against", "/nonexistent"]) == 1)
        #expect(try await status(dump, ["--against", changed.path]) == 1, "manifests are no saved plan")
        let difference = try await piped(changed, ["plan", "-f", "-", "--against", saved])
        #expect(difference.output.contains("/goods"))
        #expect(difference.output.contains("/products"))
    }

    @Test("Bad input on the pipe ends with the status 1 and a message, what is good being planned")
    func badInput() async throws {
        let scratch = try ScratchDirectory()
        let inputs = [
            "garbage.yaml": "\u{0}\u{1}\u{2}", "unclosed.yaml": "{ a: [b", "text.yaml": "hello\n",
            "unknown.yaml": "apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: old}\n",
        ]
        for (name, text) in inputs {
            try scratch.write(text, to: name)
            let result = try await piped(scratch.url.appending(path: name), ["plan", "-f", "-"])
            #expect(result.status == 1, "\(name)")
            #expect((result.output + result.errors).contains("standard input"), "\(name): \(result.output)")
        }
        let old = try await piped(scratch.url.appending(path: "unknown.yaml"), ["plan", "-f", "-"])
        #expect((old.output + old.errors).contains("networking.k8s.io/v1"), "the remedy: \(old.output)")
    }

    @Test("Objects of other kinds pass without a warning, as directories of manifests hold them")
    func otherKinds() async throws {
        let scratch = try ScratchDirectory()
        let text = try String(contentsOf: dump, encoding: .utf8)
        let deployment = """
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: shop, namespace: shop}
            spec: {replicas: 2, selector: {matchLabels: {app: shop}}, template: {metadata: {labels: {app: shop}}}}
            ---
            # Only a comment.
            ---
            apiVersion: cert-manager.io/v1
            kind: Certificate
            metadata: {name: shop, namespace: shop}
            spec: {secretName: shop-tls}

            """
        try scratch.write(text + deployment, to: "list.yaml")
        let result = try await piped(scratch.url.appending(path: "list.yaml"), ["plan", "-f", "-", "--output", "json"])
        #expect(result.status == 0)
        let diagnostics = try #require(try JSONDocument(parsing: result.output)["diagnostics"]).elements
        #expect(diagnostics.filter { $0["severity"] != "info" } == [])
    }
}

@Suite("Explanations", .timeLimit(.minutes(5)), .serialized)
struct ExplainDocumentTests {
    private func explain(_ url: String, _ arguments: [String] = []) async throws -> JSONDocument {
        let result = try await piped(dump, ["explain", "-f", "-", url, "--output", "json"] + arguments)
        #expect(result.status == 0, "\(result.errors)")
        return try JSONDocument(parsing: result.output)
    }

    @Test("A match names the Ingress, the rule, the backend, the targets and what else was considered")
    func match() async throws {
        let document = try await explain("https://shop.example.com/products/1")
        #expect(document["matched"] == true)
        #expect(document["ingress"] == "shop/shop")
        #expect(document["path"] == "/products")
        #expect(document["pathType"] == "Prefix")
        #expect(document["host"] == "shop.example.com")
        #expect(document["backend"] == ["service": "shop/products", "port": 80])
        #expect(document["targets"] == ["10.244.1.18:8080"])
        #expect(document["considered"]?.elements.count == 1)
        #expect(document["considered"]?[0]?["ingress"] == "shop/shop")
        #expect(document["considered"]?[0]?["path"] == "/")
    }

    @Test("A port by name stays a name, and a target that drains gets nothing while one is ready")
    func namedPort() async throws {
        let document = try await explain("http://shop.example.com/")
        #expect(document["backend"] == ["service": "shop/storefront", "port": "http"])
        #expect(document["targets"] == ["10.244.1.17:3000"])
    }

    @Test("What no rule takes is not matched")
    func noMatch() async throws {
        let document = try await explain("http://other.example.com/")
        #expect(document["matched"] == false)
        for key in ["ingress", "path", "pathType", "host", "backend"] {
            #expect(document[key] == .null, "\(key)")
        }
        #expect(document["targets"] == [])
        #expect(document.keys.contains("considered"))
    }

    @Test("A resource backend is named as the resource that it is")
    func resource() async throws {
        let quickstart = Checkout.examples.appending(path: "quickstart").path
        let result = try await Finished.running(
            Executables.headgate,
            ["explain", "-f", quickstart, "http://docs.example.com/style.css", "--output", "json"])
        let document = try JSONDocument(parsing: result.output)
        #expect(document["matched"] == true)
        #expect(document["ingress"] == "default/docs")
        #expect(document["backend"]?.keys == ["resource"])
        #expect(document["targets"] == [])
    }

    @Test("What explain says is what up does, for every request of the quickstart's list")
    func agreement() async throws {
        let examples = Checkout.examples.appending(path: "quickstart")
        let manifests = try ScratchDirectory()
        // Backends of other addresses, so that a quickstart that runs beside is not in the way.
        for name in try FileManager.default.contentsOfDirectory(atPath: examples.path) where name.hasSuffix(".yaml") {
            let text = try String(contentsOf: examples.appending(path: name), encoding: .utf8)
            try manifests.write(text.replacing("127.0.1.", with: "127.0.61."), to: name)
        }
        let echo = try await RunningEcho(manifests.url)
        let headgate = try await RunningHeadgate(manifests.url)
        let list = try String(contentsOf: examples.appending(path: "explain.txt"), encoding: .utf8)
        let urls = list.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { $0.hasPrefix("http") }
        #expect(urls.count > 5)
        for url in urls {
            let explained = try await Finished.running(
                Executables.headgate, ["explain", "-f", manifests.url.path, url, "--output", "json"])
            let document = try JSONDocument(parsing: explained.output)
            let answer = try await headgate.curl.get(url)
            if let service = answer.echo?.service {
                #expect(document["backend"]?["service"]?.string == service, "\(url)")
                let targets = document["targets"]?.elements.compactMap(\.string) ?? []
                #expect(targets.contains(answer.echo?.address ?? ""), "\(url): \(targets)")
            } else {
                #expect(document["matched"] == (answer.status == 404 ? false : true), "\(url): \(answer.status)")
            }
        }
        #expect(echo.process.isRunning)
    }
}
