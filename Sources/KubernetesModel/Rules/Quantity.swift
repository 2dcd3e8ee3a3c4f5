/// Amounts as Kubernetes writes them: `1024`, `10Mi`, `1G`, `1.5Gi`, `1e6`.
package enum Quantity {
    private static let suffixes: [(name: String, factor: Double)] = [
        ("Ki", 1_024), ("Mi", 1_048_576), ("Gi", 1_073_741_824), ("Ti", 1_099_511_627_776),
        ("Pi", 1_125_899_906_842_624), ("k", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12), ("P", 1e15),
    ]

    /// The amount as a whole number, rounded up as Kubernetes does; nil where `text` is no amount, is negative, or is
    /// beyond what an `Int` holds.
    package static func parse(_ text: String) -> Int? {
        let suffix = suffixes.first { text.hasSuffix($0.name) }
        let number = text.dropLast(suffix?.name.count ?? 0)
        let mantissa = number.prefix { ("0"..."9").contains($0) || $0 == "." }
        guard mantissa.contains(where: { $0 != "." }), mantissa.count(where: { $0 == "." }) <= 1 else { return nil }
        let exponent = number.dropFirst(mantissa.count)
        if !exponent.isEmpty {
            guard suffix == nil, exponent.first == "e" || exponent.first == "E", Int(exponent.dropFirst()) != nil else {
                return nil
            }
        }
        if suffix == nil, exponent.isEmpty, let whole = Int(mantissa) { return whole }
        let padded = (mantissa.hasPrefix(".") ? "0" : "") + mantissa + (mantissa.hasSuffix(".") ? "0" : "")
        guard let value = Double(padded + exponent) else { return nil }
        return Int(exactly: (value * (suffix?.factor ?? 1)).rounded(.up))
    }
}
