import ArgumentParser
import IngressPlanning
import KubernetesModel
import LoadBalancerModel

/// `headgate explain`.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Show which rule of which Ingress takes a request, and why.",
        discussion: """
            Also shows which certificate a client sees, what a redirect or a rewrite makes of the request, which \
            targets would get it, and what else was considered. Nothing is sent.

              headgate explain -f manifests https://shop.example.com/products/1
              headgate explain -f manifests http://shop.example.com/ \\
                --header 'X-Canary: always' --output json

            As with curl, a Host field takes the place of the URL's host in the choice of a route; the certificate is \
            still chosen by the URL:

              headgate explain -f manifests http://127.0.0.1:8080/cart \\
                --header 'Host: shop.example.com'

            Exit status: 0, also where no route takes the request ("matched" tells); 1 when a file can't be read or a \
            document was refused; 64 for wrong usage.
            """
    )

    @Argument(help: "The URL of the request, http or https.", transform: URLArgument.init)
    var url: URLArgument

    @OptionGroup(title: "Manifests")
    var manifests: ManifestArguments

    @OptionGroup(title: "Planning")
    var planning: PlanningArguments

    @Option(name: [.customShort("X"), .long], help: ArgumentHelp("The method.", valueName: "method"))
    var method = "GET"

    @Option(
        name: [.customShort("H"), .long],
        help: ArgumentHelp("A header field of the request; may be repeated.", valueName: "name: value"),
        transform: HeaderArgument.init)
    var header: [HeaderArgument] = []

    @Option(help: ArgumentHelp("The IP address that the request comes from.", valueName: "address"))
    var clientAddress: String?

    @Option(name: .shortAndLong, help: "The form of the output.")
    var output: OutputFormat = .text

    @Option(help: "When text is coloured; NO_COLOR is heeded.")
    var color: ColourChoice = .auto

    func validate() throws {
        guard !method.isEmpty, method.utf8.allSatisfy(HeaderArgument.isTokenOctet) else {
            throw ValidationError("\"\(method)\" is no method: write it as GET or POST.")
        }
        guard header.count(where: \.isHost) <= 1 else {
            throw ValidationError("A request has one Host field: give --header 'Host: …' a single time.")
        }
        if let clientAddress, IPAddress.family(of: clientAddress) == nil {
            throw ValidationError("\"\(clientAddress)\" is no IP address.")
        }
    }

    func run() async throws {
        let status = try run(on: .standard)
        if status != 0 { throw ExitCode(status) }
    }

    /// Prints the explanation.
    ///
    /// - Returns: the exit status.
    /// - Throws: ``CommandFailure`` where there is nothing to explain from.
    func run(on console: Console) throws -> Int32 {
        let input = try ManifestInput.load(manifests.filename, console: console)
        let snapshot = input.snapshot
        let result = IngressPlanner(options: planning.options(now: console.now())).plan(snapshot)
        let request = RequestExplainer.Request(
            url: url.value, method: method, headers: header, clientAddress: clientAddress)
        let explanation = try RequestExplainer(
            request, result: result, snapshot: snapshot, controllerDefault: planning.defaultBackend?.value
        ).explain()
        let style = TextStyle(
            isEnabled: color.resolve(isTerminal: console.isTerminal, environment: console.environment))
        try console.write(explanation, as: output, text: ExplanationView(style: style).text(explanation))
        for diagnostic in input.diagnostics where diagnostic.severity == .error {
            console.error("Error: \(diagnostic.message)\n")
        }
        for diagnostic in result.diagnostics where diagnostic.severity == .error && diagnostic.isOfParameters {
            console.error("Error: \(diagnostic.message)\n")
        }
        return input.isComplete && !result.hasInvalidParameters ? 0 : 1
    }
}

extension Diagnostic {
    /// Whether it says what is wrong with the parameters of a class. Those of a ConfigMap are read for nothing else.
    fileprivate var isOfParameters: Bool {
        [IngressParameters.kind, ClusterIngressParameters.kind, ConfigMap.kind].contains(object.kind)
    }
}

/// The URL argument.
struct URLArgument: Sendable {
    let value: ExplainedURL

    init(_ text: String) throws {
        do {
            value = try ExplainedURL(parsing: text)
        } catch {
            throw ValidationError(error.description)
        }
    }
}
