import LoadBalancerModel

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
