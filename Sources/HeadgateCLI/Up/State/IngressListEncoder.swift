import Foundation
import KubernetesModel
import LoadBalancerModel

/// Encodes the Ingresses of `ingresses.json`: those that changed, and takes the others as they were encoded before.
struct IngressListEncoder {
    private var encoded: [NamespacedName: (ingress: Ingress, text: Data)] = [:]

    /// A Kubernetes `List` of the Ingresses, in their order, with the bytes of ``PlanEncoding``.
    ///
    /// - Throws: `EncodingError` where an Ingress has no JSON form, which none has.
    mutating func encode(_ ingresses: [Ingress]) throws -> Data {
        guard !ingresses.isEmpty else {
            encoded = [:]
            return try PlanEncoding.encode(KubernetesList<Ingress>([]))
        }
        var current: [NamespacedName: (ingress: Ingress, text: Data)] = [:]
        var data = Data("{\n  \"apiVersion\" : \"v1\",\n  \"items\" : [\n".utf8)
        for (index, ingress) in ingresses.enumerated() {
            let name = ingress.namespacedName
            let text =
                if let known = encoded[name], known.ingress == ingress {
                    known.text
                } else {
                    Self.indented(try PlanEncoding.encode(ingress))
                }
            current[name] = (ingress, text)
            data += text
            data += Data((index == ingresses.count - 1 ? "\n" : ",\n").utf8)
        }
        data += Data("  ],\n  \"kind\" : \"List\",\n  \"metadata\" : {\n    \"resourceVersion\" : \"\"\n  }\n}\n".utf8)
        encoded = current
        return data
    }

    /// An element of a list: four spaces before each line, and no newline behind the last. A string in JSON has no line
    /// of its own.
    private static func indented(_ data: Data) -> Data {
        var result = Data()
        for line in data.split(separator: UInt8(ascii: "\n")) {
            if !result.isEmpty { result.append(UInt8(ascii: "\n")) }
            result += Data("    ".utf8)
            result += line
        }
        return result
    }
}
