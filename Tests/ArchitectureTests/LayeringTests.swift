import Foundation
import Testing

/// The targets of the house, bottom up, and what each may import of ours.
private let allowedImports: [String: Set<String>] = [
    "LoadBalancerModel": [],
    "KubernetesModel": [],
    "Routing": ["LoadBalancerModel", "CRE2"],
    "IngressPlanning": ["LoadBalancerModel", "KubernetesModel", "Routing"],
    "ManifestSource": ["LoadBalancerModel", "KubernetesModel", "CLinux"],
    "DataPlane": ["LoadBalancerModel", "Routing", "COpenSSL", "CLinux"],
    "Provisioning": ["LoadBalancerModel"],
    "ProviderHTTP": ["Provisioning"],
    "AWSProvider": ["LoadBalancerModel", "Provisioning", "ProviderHTTP"],
    "ProvisioningTesting": ["LoadBalancerModel", "Provisioning", "ProviderHTTP", "Routing"],
    "Observability": ["LoadBalancerModel", "DataPlane"],
    "HeadgateCLI": [
        "LoadBalancerModel", "KubernetesModel", "Routing", "IngressPlanning", "ManifestSource", "DataPlane",
        "Observability", "Provisioning", "AWSProvider",
    ],
    "headgate": ["HeadgateCLI"],
    "headgate-echo": ["KubernetesModel", "ManifestSource"],
]

private let ourModules = Set(allowedImports.keys).union(["COpenSSL", "CLinux", "CRE2", "CNghttp2"])

/// Where the sources of a target lie: a provider's beside its documentation.
private func folder(of target: String) -> String {
    target.hasSuffix("Provider") ? "providers/\(target.dropLast(8).lowercased())/Sources" : "Sources/\(target)"
}

/// Layers 0 and 1: a dry run from files needs nothing else, and so no network.
private let layersWithoutNetwork = [
    "LoadBalancerModel", "KubernetesModel", "Routing", "IngressPlanning", "Provisioning",
]

@Suite("The house")
struct LayeringTests {
    @Test("A target imports only what its layer allows", arguments: allowedImports.keys.sorted())
    func imports(target: String) throws {
        let files = SourceTree.swiftFiles(below: folder(of: target))
        #expect(!files.isEmpty, "\(target) has no sources")
        for file in files {
            let ours = try SourceTree.imports(of: file).intersection(ourModules).subtracting([target])
            let excess = ours.subtracting(allowedImports[target] ?? [])
            #expect(excess.isEmpty, "\(file) imports \(excess.sorted())")
        }
    }

    @Test("Every target with sources has its place in the table")
    func complete() throws {
        let folders = try FileManager.default.contentsOfDirectory(
            atPath: SourceTree.root.appending(path: "Sources").path)
        let withSwift = folders.filter { !SourceTree.swiftFiles(below: "Sources/\($0)").isEmpty }
        let providers = try FileManager.default.contentsOfDirectory(
            atPath: SourceTree.root.appending(path: "providers").path
        ).filter { !SourceTree.swiftFiles(below: "providers/\($0)/Sources").isEmpty }
        let expected = allowedImports.keys.map(folder(of:)).sorted()
        #expect((withSwift.map { "Sources/\($0)" } + providers.map { "providers/\($0)/Sources" }).sorted() == expected)
    }

    @Test("The lower layers reach no network", arguments: layersWithoutNetwork)
    func network(target: String) throws {
        let networking: Set<String> = ["FoundationNetworking", "AsyncHTTPClient", "Hummingbird", "Network"]
        for file in SourceTree.swiftFiles(below: folder(of: target)) {
            let found = try SourceTree.imports(of: file).filter { networking.contains($0) || $0.hasPrefix("NIO") }
            #expect(found.isEmpty, "\(file) imports \(found.sorted())")
        }
    }

    @Test("Providers know nothing of Ingress objects, and the dry run is checked in none of them")
    func providersAreNeutral() throws {
        for file in SourceTree.swiftFiles(below: "providers") {
            let mentions = try SourceTree.lines(of: file).filter {
                $0.contains("KubernetesModel") || $0.contains("IngressPlanning")
                    || $0.localizedCaseInsensitiveContains("dryRun")
            }
            #expect(mentions.isEmpty, "\(file): \(mentions)")
        }
    }

    @Test("The data plane knows nothing of Kubernetes")
    func dataPlaneIsNeutral() throws {
        for file in SourceTree.swiftFiles(below: "Sources/DataPlane") {
            let mentions = try SourceTree.lines(of: file).filter {
                $0.contains("KubernetesModel") || $0.contains("IngressClass")
            }
            #expect(mentions.isEmpty, "\(file): \(mentions)")
        }
    }
}

@Suite("The style")
struct StyleTests {
    private static let allFiles =
        SourceTree.swiftFiles(below: "Sources") + SourceTree.swiftFiles(below: "providers")

    @Test("Unsafe pointers are used in the data plane and beside C libraries alone")
    func unsafePointers() throws {
        let allowed = ["Sources/DataPlane/", "Sources/Routing/RE2", "Sources/ManifestSource/Inotify"]
        for file in Self.allFiles where !allowed.contains(where: { file.hasPrefix($0) }) {
            let found = try SourceTree.lines(of: file).filter { $0.contains(#/\bUnsafe[A-Za-z]*Pointer/#) }
            #expect(found.isEmpty, "\(file): \(found)")
        }
    }

    @Test("An unchecked Sendable has its proof beside it")
    func uncheckedSendable() throws {
        for file in Self.allFiles {
            let lines = try SourceTree.lines(of: file)
            for (index, line) in lines.enumerated() where line.contains("@unchecked Sendable") && !line.contains("//") {
                let around = lines[max(0, index - 12)..<min(lines.count, index + 4)].filter { $0 != line }
                #expect(
                    around.contains { $0.contains("//") && $0.localizedCaseInsensitiveContains("sendable") },
                    "\(file):\(index + 1) has no comment that proves it")
            }
        }
    }

    @Test("Nothing is public: no other package uses ours")
    func nothingPublic() throws {
        for file in Self.allFiles {
            let found = try SourceTree.lines(of: file).filter { $0.contains(#/^\s*public\s/#) }
            #expect(found.isEmpty, "\(file): \(found)")
        }
    }
}
