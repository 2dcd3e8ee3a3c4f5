/// The Prometheus text exposition format, version 0.0.4.
package enum PrometheusText {
    /// The media type of the format.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// Renders families in the order given. A family without samples is left out, since a type without values tells nothing.
    package static func render(_ families: [MetricFamily]) -> String {
        var text = ""
        for family in families where !family.samples.isEmpty {
            text += "# HELP \(family.name) \(escapedHelp(family.help))\n"
            text += "# TYPE \(family.name) \(family.kind.rawValue)\n"
            for sample in family.samples {
                append(sample, of: family.name, to: &text)
            }
        }
        return text
    }

    private static func append(_ sample: MetricSample, of name: String, to text: inout String) {
        switch sample.value {
        case .number(let number):
            appendLine(name, labels: sample.labels, value: number, to: &text)
        case .histogram(let histogram):
            var cumulative: UInt64 = 0
            for (bound, count) in zip(histogram.bounds + [.infinity], histogram.counts) {
                cumulative += count
                let labels = sample.labels + [MetricLabel("le", format(bound))]
                appendLine(name + "_bucket", labels: labels, value: Double(cumulative), to: &text)
            }
            appendLine(name + "_sum", labels: sample.labels, value: histogram.sum, to: &text)
            appendLine(name + "_count", labels: sample.labels, value: Double(cumulative), to: &text)
        }
    }

    private static func appendLine(_ name: String, labels: [MetricLabel], value: Double, to text: inout String) {
        text += name
        if !labels.isEmpty {
            text += "{"
            text += labels.map { "\($0.name)=\"\(escapedLabel($0.value))\"" }.joined(separator: ",")
            text += "}"
        }
        text += " \(format(value))\n"
    }

    /// Numbers as Go's `strconv.ParseFloat` reads them; whole ones without a fraction.
    static func format(_ number: Double) -> String {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: number) { return String(whole) }
        return String(number)
    }

    /// In a help text the backslash and the line feed are escaped.
    static func escapedHelp(_ text: String) -> String {
        escaped(text, quotes: false)
    }

    /// In a label's value the double quote is escaped as well.
    static func escapedLabel(_ text: String) -> String {
        escaped(text, quotes: true)
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
