/// Sizes as Kubernetes quantities, without a sign.
enum KubernetesQuantity {
    /// The whole bytes of `text`, or nil where it is no quantity, has a fraction of a byte, or does not fit.
    static func bytes(_ text: String) -> Int? {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let value = DecimalText(number), let scale = Scale(String(text.dropFirst(number.count))) else {
            return nil
        }
        return value.scaled(by: scale)
    }

    /// What a suffix multiplies with.
    private enum Scale {
        case binary(shift: Int)
        case decimal(exponent: Int)

        init?(_ suffix: String) {
            if let shift = ["Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60][suffix] {
                self = .binary(shift: shift)
            } else if let exponent = ["": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18, "m": -3][suffix] {
                self = .decimal(exponent: exponent)
            } else if suffix.first == "e" || suffix.first == "E", let exponent = Int(suffix.dropFirst()),
                (-18...18).contains(exponent)
            {
                self = .decimal(exponent: exponent)
            } else {
                return nil
            }
        }
    }

    /// An unsigned decimal number: its digits, and how many of them stand behind the point.
    private struct DecimalText {
        private let digits: Int
        private let fractionDigits: Int

        init?(_ text: Substring) {
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count <= 2, parts.contains(where: { !$0.isEmpty }) else { return nil }
            var fraction = parts.count == 2 ? parts[1] : ""
            while fraction.last == "0" { fraction.removeLast() }
            guard let digits = Int("0\(parts[0])\(fraction)") else { return nil }
            self.digits = digits
            fractionDigits = fraction.count
        }

        /// The product as a whole number, or nil where it is none or does not fit.
        func scaled(by scale: Scale) -> Int? {
            switch scale {
            case .binary(let shift):
                return Self.divided(digits.multipliedFullWidth(by: 1 << shift), by: fractionDigits)
            case .decimal(let exponent):
                let power = exponent - fractionDigits
                guard power > 0 else { return Self.divided((0, UInt(digits)), by: -power) }
                guard let factor = Self.powerOfTen(power) else { return digits == 0 ? 0 : nil }
                let (product, overflow) = digits.multipliedReportingOverflow(by: factor)
                return overflow ? nil : product
            }
        }

        private static func divided(_ product: (high: Int, low: UInt), by digits: Int) -> Int? {
            guard let divisor = powerOfTen(digits) else { return product.high == 0 && product.low == 0 ? 0 : nil }
            guard product.high < divisor else { return nil }
            let (quotient, remainder) = UInt(divisor).dividingFullWidth((UInt(product.high), product.low))
            return remainder == 0 ? Int(exactly: quotient) : nil
        }

        private static func powerOfTen(_ exponent: Int) -> Int? {
            guard exponent <= 18 else { return nil }
            return (0..<exponent).reduce(1) { power, _ in power * 10 }
        }
    }
}
