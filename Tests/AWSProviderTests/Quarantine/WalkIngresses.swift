import ProvisioningTesting

/// An Ingress of a random walk.
struct WalkIngress: Hashable {
    struct Path: Hashable {
        /// Nil for every host.
        var host: String?
        var path: String
        var isExact: Bool

        /// Whether it takes the path of a request.
        func takes(_ request: String) -> Bool {
            if isExact { return request == path }
            return path == "/" || request == path || request.hasPrefix(path + "/")
        }
    }

    /// Why an Ingress is left out.
    enum Fault: CaseIterable {
        /// An annotation that can't be read: the planner withholds it.
        case unreadable
        /// A value that AWS doesn't take: lowering refuses it.
        case refused
    }

    var age: Int
    /// The Service of each path, in the order of the manifest.
    var paths: [(path: Path, service: String)]
    var fallback: String?
    var fault: Fault?

    static func == (one: WalkIngress, two: WalkIngress) -> Bool {
        one.age == two.age && one.fallback == two.fallback && one.fault == two.fault
            && one.paths.elementsEqual(two.paths) { $0.path == $1.path && $0.service == $1.service }
    }

    func hash(into hasher: inout Hasher) { hasher.combine(age) }
}

/// Ingresses of one load balancer that come, change, are left out and go, at random: what they share makes them meet often.
struct WalkIngresses {
    private(set) var ingresses: [String: WalkIngress] = [:]
    private var made = 0

    static let services = (0..<5).map { "s\($0)" }
    private static let hosts: [String?] = [
        "a.example.com", "a.example.com", "b.example.com", "x.a.example.com", "*.example.com", "*.example.com",
        "*.a.example.com", "o.example.org", nil, nil,
    ]
    private static let paths: [(String, Bool)] = [
        ("/", false), ("/a", false), ("/a", true), ("/b", false), ("/a/b", false), ("/c", true),
    ]

    init(_ random: inout SeededRandom) {
        for _ in 0..<(2 + random.below(4)) { add(&random) }
    }

    var areWhole: Bool { ingresses.values.allSatisfy { $0.fault == nil } }

    mutating func leaveSomeOut(_ random: inout SeededRandom) {
        for _ in 0...random.below(2) { ingresses[pick(&random)]?.fault = random.pick(WalkIngress.Fault.allCases) }
        for _ in 0..<random.below(4) { edit(&random) }
    }

    mutating func mend() {
        for name in ingresses.keys { ingresses[name]?.fault = nil }
    }

    private func pick(_ random: inout SeededRandom) -> String { random.pick(ingresses.keys.sorted()) }

    private mutating func edit(_ random: inout SeededRandom) {
        let name = pick(&random)
        switch random.below(6) {
        case 0: add(&random)
        case 1 where ingresses.count > 2: ingresses[name] = nil
        case 2: addPath(to: name, &random)
        case 3:
            let hasPaths = ingresses[name]?.paths.isEmpty == false
            let hasFallback = ingresses[name]?.fallback != nil
            ingresses[name]?.fallback = hasFallback && hasPaths ? nil : random.pick(Self.services)
        case 4:
            guard let paths = ingresses[name]?.paths, paths.count > 1 else { return }
            ingresses[name]?.paths.remove(at: random.below(paths.count))
        default:
            guard let paths = ingresses[name]?.paths, !paths.isEmpty else { return }
            ingresses[name]?.paths[random.below(paths.count)].service = random.pick(Self.services)
        }
    }

    private mutating func add(_ random: inout SeededRandom) {
        let name = "i\(made)"
        made += 1
        // One that is older than those that are there takes from them.
        let age = 2 * made + (random.chance(oneIn: 4) ? -3 : 0)
        ingresses[name] = WalkIngress(age: age, paths: [])
        if !random.chance(oneIn: 5) { for _ in 0...random.below(4) { addPath(to: name, &random) } }
        if ingresses[name]?.paths.isEmpty == true || random.chance(oneIn: 4) {
            ingresses[name]?.fallback = random.pick(Self.services)
        }
    }

    private mutating func addPath(to name: String, _ random: inout SeededRandom) {
        let (text, isExact) = random.pick(Self.paths)
        let path = WalkIngress.Path(host: random.pick(Self.hosts), path: text, isExact: isExact)
        guard ingresses[name]?.paths.contains(where: { $0.path == path }) == false else { return }
        ingresses[name]?.paths.append((path, random.pick(Self.services)))
    }

    // MARK: Manifests

    var yaml: String {
        ingresses.sorted { $0.key < $1.key }.map(Self.manifest).joined()
            + Self.services.indices.map { Manifests.service(Self.services[$0], $0) }.joined()
    }

    private static func manifest(_ name: String, _ ingress: WalkIngress) -> String {
        var annotations = ["scheme: internet-facing", "target-type: ip"]
        switch ingress.fault {
        case .unreadable: annotations[1] = "target-type: pod"
        case .refused: annotations.append("target-group-attributes: slow_start.duration_seconds=5")
        case nil: break
        }
        var yaml = """
            ---
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata:
              name: \(name)
              namespace: shop
              creationTimestamp: "2026-01-01T00:\(ingress.age + 20):00Z"
              annotations:
            \(annotations.map { "    alb.ingress.kubernetes.io/\($0)" }.joined(separator: "\n"))
            spec:

            """
        if let service = ingress.fallback { yaml += "  defaultBackend: \(backend(service))\n" }
        if !ingress.paths.isEmpty { yaml += "  rules:\n" }
        for (path, service) in ingress.paths {
            let host = path.host.map { "host: \"\($0)\", " } ?? ""
            yaml +=
                "  - {\(host)http: {paths: [{path: \(path.path), pathType: \(path.isExact ? "Exact" : "Prefix"), "
                + "backend: \(backend(service))}]}}\n"
        }
        return yaml
    }

    private static func backend(_ service: String) -> String { "{service: {name: \(service), port: {number: 80}}}" }
}
