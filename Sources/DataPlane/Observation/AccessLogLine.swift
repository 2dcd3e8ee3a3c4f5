import LoadBalancerModel

/// What an access log line says of a request. Parts of the request are lent.
struct AccessLogLine {
    var wallMicroseconds: Int64
    var durationMicroseconds: Int64
    var requestID: RequestID
    var client: IPAddress
    var isSecure: Bool
    var method: UnsafeRawBufferPointer
    var target: UnsafeRawBufferPointer
    var isHTTP10: Bool
    var host: UnsafeRawBufferPointer
    var referer: UnsafeRawBufferPointer
    var userAgent: UnsafeRawBufferPointer
    var status: Int
    var bytesReceived: Int
    var bytesSent: Int
    var ingress: String?
    var upstream: SocketAddress?
    var attempts: Int
    /// Whether the client got less than the whole response.
    var isTruncated: Bool
    /// Why the load balancer answered itself, or there is no whole answer.
    var reason: String?

    func write(_ format: AccessLogSettings.Format, to bytes: inout [UInt8]) {
        switch format {
        case .json: writeJSON(to: &bytes)
        case .common: writeCommon(to: &bytes)
        case .off: break
        }
    }

    private func writeJSON(to bytes: inout [UInt8]) {
        bytes.append("{\"time\":\"")
        bytes.appendTimestamp(wallMicroseconds)
        bytes.append("\",\"request_id\":\"")
        bytes.appendHexadecimal(requestID.high)
        bytes.appendHexadecimal(requestID.low)
        bytes.append("\",\"client\":\"")
        bytes.appendAddress(client)
        bytes.append(isSecure ? "\",\"scheme\":\"https\"" : "\",\"scheme\":\"http\"")
        bytes.append(isHTTP10 ? ",\"protocol\":\"HTTP/1.0\"" : ",\"protocol\":\"HTTP/1.1\"")
        bytes.appendField("method", method)
        bytes.appendField("host", host)
        bytes.appendField("target", target)
        bytes.appendField("status", status)
        bytes.appendField("bytes_received", bytesReceived)
        bytes.appendField("bytes_sent", bytesSent)
        bytes.appendField("duration_us", Int(durationMicroseconds))
        if !referer.isEmpty { bytes.appendField("referer", referer) }
        if !userAgent.isEmpty { bytes.appendField("user_agent", userAgent) }
        if let ingress {
            bytes.append(",\"ingress\":\"")
            bytes.appendJSON(ingress.utf8)
            bytes.append("\"")
        }
        if let upstream {
            bytes.append(",\"upstream\":\"")
            bytes.appendAddress(upstream)
            bytes.append("\"")
            if attempts > 1 { bytes.appendField("attempts", attempts) }
        }
        if isTruncated { bytes.append(",\"truncated\":true") }
        if let reason {
            bytes.append(",\"reason\":\"")
            bytes.appendJSON(reason.utf8)
            bytes.append("\"")
        }
        bytes.append("}\n")
    }

    /// The common log format with referer and user agent behind it (the combined form), as nginx and Apache write it.
    private func writeCommon(to bytes: inout [UInt8]) {
        bytes.appendAddress(client)
        bytes.append(" - - [")
        bytes.appendCommonTime(wallMicroseconds)
        bytes.append("] \"")
        if method.isEmpty {
            // What came was no request line.
            bytes.append("-\" ")
        } else {
            bytes.appendQuoted(method)
            bytes.append(" ")
            bytes.appendQuoted(target)
            bytes.append(isHTTP10 ? " HTTP/1.0\" " : " HTTP/1.1\" ")
        }
        bytes.appendDecimal(status)
        bytes.append(" ")
        bytes.appendDecimal(bytesSent)
        bytes.append(" \"")
        if referer.isEmpty { bytes.append("-") } else { bytes.appendQuoted(referer) }
        bytes.append("\" \"")
        if userAgent.isEmpty { bytes.append("-") } else { bytes.appendQuoted(userAgent) }
        bytes.append("\"\n")
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ text: StaticString) {
        append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    fileprivate mutating func appendDecimal(_ value: Int, digits minimum: Int = 1) {
        var rest = UInt64(Swift.max(0, value))
        let start = count
        repeat {
            append(0x30 + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0 || count - start < minimum
        self[start...].reverse()
    }

    fileprivate mutating func appendHexadecimal(_ value: UInt64) {
        for shift in stride(from: 60, through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: value >> UInt64(shift)) & 15
            append(digit < 10 ? 0x30 + digit : 0x57 + digit)
        }
    }

    fileprivate mutating func appendField(_ name: StaticString, _ value: Int) {
        append(",\"")
        append(name)
        append("\":")
        appendDecimal(value)
    }

    fileprivate mutating func appendField(_ name: StaticString, _ value: UnsafeRawBufferPointer) {
        append(",\"")
        append(name)
        append("\":\"")
        appendJSON(value)
        append("\"")
    }

    /// Octets beyond ASCII may not be UTF-8: each is written as the character of its number, as Latin-1 has it.
    fileprivate mutating func appendJSON(_ text: some Sequence<UInt8>) {
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                append(UInt8(ascii: "\\"))
                append(byte)
            case 0x20..<0x7F: append(byte)
            default:
                append("\\u00")
                append(Hexadecimal.digit(byte >> 4))
                append(Hexadecimal.digit(byte & 15))
            }
        }
    }

    /// As Apache and nginx escape: quotes, backslashes and what is not printable ASCII as `\xHH`.
    fileprivate mutating func appendQuoted(_ text: UnsafeRawBufferPointer) {
        for byte in text {
            if byte >= 0x20, byte < 0x7F, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
                append(byte)
            } else {
                append("\\x")
                append(Hexadecimal.upperCaseDigit(byte >> 4))
                append(Hexadecimal.upperCaseDigit(byte & 15))
            }
        }
    }

    fileprivate mutating func appendAddress(_ address: IPAddress) {
        let text = AddressText(address)
        for index in 0..<text.count { append(text.bytes[index]) }
    }

    fileprivate mutating func appendAddress(_ address: SocketAddress) {
        let isV6 = !address.isV4
        if isV6 { append("[") }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { buffer in
            let count = address.write(to: buffer)
            append(contentsOf: buffer[..<count])
        }
        if isV6 { append("]") }
        append(":")
        appendDecimal(address.port)
    }

    /// `2026-01-31T23:59:59.123456Z`
    fileprivate mutating func appendTimestamp(_ microseconds: Int64) {
        let time = CivilTime(unixSeconds: Int(microseconds / 1_000_000))
        appendDecimal(time.year, digits: 4)
        append("-")
        appendDecimal(time.month, digits: 2)
        append("-")
        appendDecimal(time.day, digits: 2)
        append("T")
        appendClock(time)
        append(".")
        appendDecimal(Int(microseconds % 1_000_000), digits: 6)
        append("Z")
    }

    /// `31/Jan/2026:23:59:59 +0000`
    fileprivate mutating func appendCommonTime(_ microseconds: Int64) {
        let time = CivilTime(unixSeconds: Int(microseconds / 1_000_000))
        let months: StaticString = "JanFebMarAprMayJunJulAugSepOctNovDec"
        appendDecimal(time.day, digits: 2)
        append("/")
        append(contentsOf: UnsafeBufferPointer(start: months.utf8Start + 3 * (time.month - 1), count: 3))
        append("/")
        appendDecimal(time.year, digits: 4)
        append(":")
        appendClock(time)
        append(" +0000")
    }

    private mutating func appendClock(_ time: CivilTime) {
        appendDecimal(time.secondOfDay / 3600, digits: 2)
        append(":")
        appendDecimal(time.secondOfDay / 60 % 60, digits: 2)
        append(":")
        appendDecimal(time.secondOfDay % 60, digits: 2)
    }
}

/// A time of the Gregorian calendar, UTC, from 1970 on.
private struct CivilTime {
    let year: Int
    let month: Int
    let day: Int
    let secondOfDay: Int

    init(unixSeconds: Int) {
        let days = unixSeconds / 86_400
        secondOfDay = unixSeconds - days * 86_400
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }
}
