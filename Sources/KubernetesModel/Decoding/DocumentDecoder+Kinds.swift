extension DocumentDecoder {
    /// Other kinds of the groups that are read, which belong to others.
    private static let foreignKinds: [Substring: Set<String>] = [
        "networking.k8s.io": ["NetworkPolicy", "IPAddress", "ServiceCIDR"],
        "headgate.dev": ["LoadBalancer"],
    ]

    /// The type that decodes a kind; nil where the object belongs to others, or is refused with a report.
    func type(
        kind: String, apiVersion: String, _ collector: FindingCollector
    ) -> (any ManifestDecodable.Type)? {
        let group = ManifestKinds.group(apiVersion)
        guard let type = ManifestKinds.named(kind) else {
            reportUnknown(kind, apiVersion: apiVersion, group: group, collector)
            return nil
        }
        if type.apiVersion == apiVersion { return type }
        guard ManifestKinds.groups.contains(group) else {
            collector.report(
                .info, .ignored, field: "apiVersion", line: 0,
                problem: "\(kind) of \(apiVersion) is not the one that is read here", value: apiVersion,
                remedy: "it is skipped; Headgate reads \(type.apiVersion)")
            return nil
        }
        collector.report(
            .error, .unsupportedVersion, field: "apiVersion", line: 0,
            problem: "Unsupported value: \(apiVersion.quoted): \(kind) is read as \(type.apiVersion)",
            value: apiVersion,
            remedy: remedy(type, apiVersion: apiVersion))
        return nil
    }

    private func remedy(_ type: any ManifestDecodable.Type, apiVersion: String) -> String {
        guard type == Ingress.self, apiVersion.hasSuffix("v1beta1") else {
            return apiVersion.hasSuffix("beta1")
                ? "Kubernetes no longer serves it: change apiVersion to \(type.apiVersion), or run kubectl convert -f on it"
                : "change apiVersion to \(type.apiVersion)"
        }
        return
            "Kubernetes 1.22 removed it: change apiVersion to \(type.apiVersion), give each path a pathType, and write "
            + "backends as service: {name: web, port: {number: 80}}, or run kubectl convert -f on it"
    }

    private func reportUnknown(
        _ kind: String, apiVersion: String, group: Substring, _ collector: FindingCollector
    ) {
        if kind == "Endpoints", apiVersion == "v1" {
            collector.report(
                .info, .ignored, field: "kind", line: 0, problem: "Endpoints are not read", value: kind,
                remedy:
                    "write an EndpointSlice of \(EndpointSlice.apiVersion) with the label \(EndpointSlice.serviceNameLabel)"
            )
            return
        }
        guard group == "headgate.dev" || group == "networking.k8s.io",
            Self.foreignKinds[group]?.contains(kind) != true
        else { return }
        let known = ManifestKinds.all.filter { ManifestKinds.group($0.apiVersion) == group }.map { $0.kind }
        collector.report(
            group == "headgate.dev" ? .error : .warning, .unknownKind, field: "kind", line: 0,
            problem: "Unsupported value: \(kind.quoted): \(group) has no such kind", value: kind,
            remedy: "use one of \(known.joined(separator: ", "))")
    }
}
