import LoadBalancerModel

/// Route filters as short notes.
enum FiltersText {
    static func notes(_ filters: RouteFilters) -> [String] {
        var notes: [String] = []
        if let redirect = filters.redirectToHTTPS {
            let port = redirect.port.map { " on port \($0)" } ?? ""
            notes.append("plain HTTP is redirected to HTTPS\(port) (\(redirect.statusCode))")
        }
        if let rewrite = filters.rewrite {
            switch rewrite.kind {
            case .template: notes.append("path is rewritten to \(rewrite.value)")
            case .replacePrefix: notes.append("the matched prefix is replaced by \(rewrite.value)")
            }
        }
        if let bytes = filters.maximumRequestBodyBytes {
            notes.append(bytes == 0 ? "request body without limit" : "request body up to \(ByteText.text(bytes))")
        }
        if let affinity = filters.affinity {
            notes.append("session affinity by cookie \(affinity.cookieName)")
        }
        let timeouts = [
            ("connect", filters.timeouts.connectMilliseconds), ("read", filters.timeouts.readMilliseconds),
            ("send", filters.timeouts.sendMilliseconds),
        ].compactMap { name, value in value.map { "\(name) \(DurationText.text(milliseconds: $0))" } }
        if !timeouts.isEmpty { notes.append("time limits: \(timeouts.joined(separator: ", "))") }
        if !filters.secureResponseHeaders.isEmpty {
            let names = filters.secureResponseHeaders.map(\.name).joined(separator: ", ")
            notes.append("sets \(names) on HTTPS responses")
        }
        return notes
    }
}

/// What is particular about a pool as a short note.
enum PoolText {
    static func note(_ pool: BackendPool) -> String? {
        var parts: [String] = []
        if pool.protocol == .https {
            let verified = pool.tls?.verify == true ? "verified" : "not verified"
            parts.append("HTTPS to the targets, certificate \(verified)")
        }
        if pool.algorithm != .roundRobin { parts.append("balanced by \(pool.algorithm.rawValue)") }
        if let check = pool.healthCheck {
            parts.append(
                "health check GET \(check.path) every \(DurationText.text(milliseconds: check.intervalMilliseconds))")
        }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }
}

/// The settings of a load balancer that differ from the defaults.
enum AttributesText {
    static func settings(_ attributes: LoadBalancerAttributes) -> [(name: String, value: String)] {
        var settings: [(name: String, value: String)] = []
        func add(_ name: String, _ parts: [(String, String?)]) {
            let present = parts.compactMap { part in part.1.map { "\(part.0) \($0)" } }
            if !present.isEmpty { settings.append((name, present.joined(separator: ", "))) }
        }
        let timeouts = attributes.timeouts
        add(
            "time limits",
            [
                ("request head", timeouts.requestHeadMilliseconds.map(DurationText.text)),
                ("request body", timeouts.requestBodyMilliseconds.map(DurationText.text)),
                ("idle", timeouts.idleMilliseconds.map(DurationText.text)),
            ])
        let limits = attributes.limits
        add(
            "limits",
            [
                ("request body", limits.maximumRequestBodyBytes.map { $0 == 0 ? "none" : ByteText.text($0) }),
                ("request head", limits.maximumRequestHeadBytes.map(ByteText.text)),
                ("connections", limits.maximumConnections.map(String.init)),
            ])
        if let log = attributes.accessLog { settings.append(("access log", log.format.rawValue)) }
        if !attributes.mergeSlashes { settings.append(("duplicate slashes", "kept")) }
        if !attributes.tags.isEmpty {
            let tags = attributes.tags.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            settings.append(("tags", tags.joined(separator: ", ")))
        }
        return settings
    }
}

/// Lengths of time for people.
enum DurationText {
    static func text(milliseconds: Int) -> String {
        switch milliseconds {
        case 0: "0 s"
        case _ where milliseconds % 3_600_000 == 0: "\(milliseconds / 3_600_000) h"
        case _ where milliseconds % 60_000 == 0: "\(milliseconds / 60_000) min"
        case _ where milliseconds % 1_000 == 0: "\(milliseconds / 1_000) s"
        default: "\(milliseconds) ms"
        }
    }
}

/// Sizes for people.
enum ByteText {
    static func text(_ bytes: Int) -> String {
        switch bytes {
        case 0: "0 bytes"
        case _ where bytes % (1 << 30) == 0: "\(bytes >> 30) GiB"
        case _ where bytes % (1 << 20) == 0: "\(bytes >> 20) MiB"
        case _ where bytes % (1 << 10) == 0: "\(bytes >> 10) KiB"
        default: "\(bytes) bytes"
        }
    }
}
