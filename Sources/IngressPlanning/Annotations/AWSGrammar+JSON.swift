import LoadBalancerModel

extension AWSGrammar {
    private static func reject(_ error: JSONTextError) -> AnnotationValueError { .malformed(hint: "\(error)") }

    /// The ports of `listen-ports`.
    static let listenPorts = ValueGrammar<[ListenPort]>(
        "a JSON list of objects with a protocol, `HTTP` or `HTTPS`, and a port from 1 to 65535"
    ) { text throws(AnnotationValueError) in
        var ports: [ListenPort] = []
        do throws(JSONTextError) {
            for entry in try JSONText.parse(text).elements() {
                for (name, port) in try entry.members() {
                    guard let listenerProtocol = ListenerProtocol(rawValue: name) else {
                        throw JSONTextError("The protocol `\(name.uppercased())` is neither `HTTP` nor `HTTPS`.")
                    }
                    ports.append(ListenPort(protocol: listenerProtocol, port: try port.integer(1...65535)))
                }
            }
            guard !ports.isEmpty else { throw JSONTextError("Name a port.") }
            let numbers = ports.map(\.port)
            if let twice = numbers.first(where: { port in numbers.count { $0 == port } > 1 }) {
                throw JSONTextError("Name the port \(twice) once.")
            }
        } catch { throw reject(error) }
        return ports.sorted { $0.port < $1.port }
    }

    /// The entries of `mutual-authentication`, by port.
    static let mutualAuthentication = ValueGrammar<[Int: ClientCertificates]>(
        "a JSON list of objects with `port`, `mode` (`off`, `passthrough` or `verify`), and `trustStore` (an ARN) and "
            + "`ignoreClientCertificateExpiry` where the mode is `verify`"
    ) { text throws(AnnotationValueError) in
        var ports: [Int: ClientCertificates] = [:]
        do throws(JSONTextError) {
            for entry in try JSONText.parse(text).elements() {
                let port = try entry.required("port").integer(1...65535)
                guard ports.updateValue(try clientCertificates(entry), forKey: port) == nil else {
                    throw JSONTextError("Name each port once.")
                }
            }
            guard !ports.isEmpty else { throw JSONTextError("Name a port.") }
        } catch { throw reject(error) }
        return ports
    }

    private static func clientCertificates(_ entry: JSONText) throws(JSONTextError) -> ClientCertificates {
        try entry.allow("port", "mode", "trustStore", "ignoreClientCertificateExpiry", "advertiseTrustStoreCaNames")
        let name = try entry.required("mode").string()
        guard let mode = ClientCertificates.Mode(rawValue: name) else {
            throw JSONTextError("The mode `\(name)` is none of `off`, `passthrough` and `verify`.")
        }
        var certificates = ClientCertificates(mode: mode)
        if let store = entry["trustStore"] {
            let arn = try store.string()
            guard mode == .verify else { throw JSONTextError("A trust store is for the mode `verify`.") }
            guard arn.hasPrefix("arn:") else {
                throw JSONTextError("Name the trust store by its ARN, not as `\(arn)`.")
            }
            certificates.trustStore = arn
        } else if mode == .verify {
            throw JSONTextError("The mode `verify` needs a `trustStore`.")
        }
        if let ignored = try entry["ignoreClientCertificateExpiry"]?.boolean() {
            guard mode == .verify else {
                throw JSONTextError("`ignoreClientCertificateExpiry` is for the mode `verify`.")
            }
            certificates.ignoresExpiry = ignored
        }
        if try entry["advertiseTrustStoreCaNames"]?.string() == "on" {
            throw JSONTextError("Names of CAs can't be advertised yet: leave `advertiseTrustStoreCaNames` out.")
        }
        return certificates
    }
}
