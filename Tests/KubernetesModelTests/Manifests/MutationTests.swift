import Foundation
import Testing

@testable import KubernetesModel

/// A generator whose numbers follow from its seed, so that a failure can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

@Suite struct MutationTests {
    static let seeds = [
        IngressEncodingTests.full, smallIngress + "---\n" + FieldTests.path,
        "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: &m {name: s}, data: {a: aGVsbG8=}}\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: *m\n  data: {<<: {a: b}, c: |\n    x\n  }\n",
        #"{"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","metadata":{"name":"e"},"addressType":"IPv4","endpoints":[{"addresses":["10.0.0.1"],"conditions":{"ready":true}}],"ports":[{"port":80}]}"#,
        "apiVersion: headgate.dev/v1alpha1\nkind: ClusterIngressParameters\nmetadata: {name: p}\nspec:\n  "
            + IngressParametersTests.everything.replacing("\n", with: "\n  "),
    ]
    static let fragments = [
        "*a", "&a ", "<<: *m", "---\n", "...", "\u{0}", "\t", "[", "]", "{", "}", ": ", "- ", "\"", "'", "|\n",
        "!!int ", "\n", "null", "80", "é", "\u{E000}", "\\ud83d", "? ", "#", "%", "\r", "kind: List\n",
    ]

    @Test("Whatever becomes of a manifest, reading it ends, and every error has a place", arguments: 0..<10)
    func mutations(round: Int) {
        var generator = SeededGenerator(state: UInt64(round))
        for _ in 0..<100 {
            guard let seed = Self.seeds.randomElement(using: &generator) else { return }
            var bytes = Array(seed.utf8)
            for _ in 0..<Int.random(in: 1...6, using: &generator) { Self.mutate(&bytes, &generator) }
            let file = ManifestParser.parse(bytes, file: "mutant.yaml")
            #expect(file.isReadable || (file.objects.isEmpty && file.findings.count == 1))
            #expect(file.refused.isEmpty || file.findings.contains { $0.severity == .error })
            #expect(file.findings.allSatisfy { $0.location.file == "mutant.yaml" && !$0.problem.isEmpty })
        }
    }

    private static func mutate(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
        guard !bytes.isEmpty else { return }
        let index = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.remove(at: index)
        case 2: bytes.insert(contentsOf: (fragments.randomElement(using: &generator) ?? "").utf8, at: index)
        case 3:
            let end = min(bytes.count, index + Int.random(in: 1...40, using: &generator))
            bytes.insert(contentsOf: bytes[index..<end], at: Int.random(in: 0...bytes.count, using: &generator))
        case 4: bytes.removeSubrange(index..<min(bytes.count, index + Int.random(in: 1...40, using: &generator)))
        default: bytes.removeLast(bytes.count - index)
        }
    }
}
