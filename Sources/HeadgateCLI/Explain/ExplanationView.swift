import LoadBalancerModel

/// An explanation for people.
struct ExplanationView {
    let style: TextStyle

    func text(_ explanation: Explanation) -> String {
        let host = explanation.request.host.map { " with Host: \($0)" } ?? ""
        var lines = [style.bold("\(explanation.request.method) \(explanation.request.url)") + host, ""]
        lines.append(headline(explanation))
        lines += facts(explanation)
        lines += considered(explanation.considered)
        return lines.joined(separator: "\n") + "\n"
    }

    private func headline(_ explanation: Explanation) -> String {
        guard explanation.matched else { return "  " + style.apply(.red, to: "No route takes the request.") }
        guard let ingress = explanation.rule.ingress else {
            let owner = explanation.defaultBackend?.title ?? "the load balancer itself"
            return "  " + style.apply(.bold, .green, to: owner.capitalizedFirst) + " takes the request."
        }
        return "  Ingress " + style.apply(.bold, .green, to: ingress) + " takes the request."
    }

    private func facts(_ explanation: Explanation) -> [String] {
        var table = TextTable()
        func add(_ name: String, _ value: String?) {
            guard let value else { return }
            table.add([TextTable.Cell("    \(name)", .dim), TextTable.Cell(value)])
        }
        if explanation.matched {
            add("host", explanation.rule.host ?? "any")
            add(
                "path",
                explanation.rule.path.map { "\($0.isEmpty ? "/" : $0) (\(explanation.rule.pathType ?? "Prefix"))" })
            add("field", explanation.rule.field)
            if let owner = explanation.defaultBackend, owner.kind != .ingress { add("set by", owner.source) }
        }
        add("why", explanation.reason)
        add("backend", explanation.rule.backend?.title)
        add("load balancer", explanation.loadBalancer)
        add("certificate", explanation.certificate.map(certificate))
        if let name = explanation.certificate?.serverName, explanation.request.host != nil {
            add("", "chosen by the server name \(name) of the URL, not by the Host field")
        }
        add("TLS policy", explanation.tlsPolicy.map(policy))
        if let response = explanation.response {
            let location = response.location.map { " to \($0)" } ?? ""
            add("answer", "\(response.statusCode)\(location): \(response.reason)")
        }
        if let upstream = explanation.upstream {
            let host = upstream.host.map { " for host \($0)" } ?? ""
            add(
                "sends",
                "\(explanation.request.method) \(upstream.target)\(host) over \(upstream.protocol.uppercased())")
        }
        for (index, target) in explanation.targets.enumerated() {
            table.add([TextTable.Cell(index == 0 ? "    targets" : "", .dim), TextTable.Cell(target)])
        }
        return table.lines(style: style)
    }

    private func certificate(_ certificate: Explanation.Certificate) -> String {
        let asked = certificate.serverName.map { "for \($0)" } ?? "without a server name"
        guard let secret = certificate.secret else { return "self-signed, generated (\(asked) there is none)" }
        let chosen = certificate.configuredFor.map { "configured for \($0)" } ?? "the default one"
        let until = certificate.notAfter.map { ", valid until \($0)" } ?? ""
        return "\(secret), \(chosen)\(until)"
    }

    private func policy(_ policy: Explanation.Policy) -> String {
        let versions = TLSPolicy(minimumVersion: policy.minimumVersion, maximumVersion: policy.maximumVersion)
        return "\(versions), \(policy.configuredFor.map { "configured for \($0)" } ?? "that of the listener")"
    }

    private func considered(_ considered: [Explanation.Considered]) -> [String] {
        guard !considered.isEmpty else { return [] }
        var table = TextTable()
        for candidate in considered {
            let path = candidate.rule.path.map { $0.isEmpty ? "/" : $0 } ?? candidate.rule.field ?? "default backend"
            table.add([
                TextTable.Cell("    \(candidate.rule.ingress ?? "default")"),
                TextTable.Cell(candidate.rule.host ?? "any host"),
                TextTable.Cell(path),
                TextTable.Cell(candidate.reason, candidate.outcome == .noMatch ? .dim : .yellow),
            ])
        }
        return ["", "  " + style.bold("Considered")] + table.lines(style: style)
    }
}

extension String {
    /// The text with its first letter in upper case.
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
