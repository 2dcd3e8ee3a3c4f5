/// The value of a `Date` field (RFC 9110, section 5.6.7), written once a second. One per loop.
struct DateField: Sendable {
    private var second = Int.min
    /// `Sun, 06 Nov 1994 08:49:37 GMT`
    private(set) var text = InlineArray<29, UInt8>(repeating: 0x20)

    init(unixSeconds: Int) {
        update(unixSeconds: unixSeconds)
    }

    /// Sets the time, in seconds since 1970-01-01T00:00:00Z; costs nothing within the same second.
    @inline(__always)
    mutating func update(unixSeconds: Int) {
        if unixSeconds != second { write(unixSeconds) }
    }

    private mutating func write(_ unixSeconds: Int) {
        second = unixSeconds
        let days = (unixSeconds >= 0 ? unixSeconds : unixSeconds - 86_399) / 86_400
        let time = unixSeconds - days * 86_400
        let (year, month, day) = Self.civilDate(days)
        put(at: 0, from: "ThuFriSatSunMonTueWed", 3 * (((days % 7) + 7) % 7))
        put(at: 3, from: ", ", 0, count: 2)
        put(at: 5, digits: day)
        text[7] = 0x20
        put(at: 8, from: "JanFebMarAprMayJunJulAugSepOctNovDec", 3 * (month - 1))
        text[11] = 0x20
        put(at: 12, digits: year / 100)
        put(at: 14, digits: year % 100)
        text[16] = 0x20
        put(at: 17, digits: time / 3600)
        text[19] = UInt8(ascii: ":")
        put(at: 20, digits: time / 60 % 60)
        text[22] = UInt8(ascii: ":")
        put(at: 23, digits: time % 60)
        put(at: 25, from: " GMT", 0, count: 4)
    }

    private mutating func put(at index: Int, from source: StaticString, _ offset: Int, count: Int = 3) {
        for position in 0..<count { text[index + position] = source.utf8Start[offset + position] }
    }

    private mutating func put(at index: Int, digits value: Int) {
        text[index] = 0x30 + UInt8(value / 10 % 10)
        text[index + 1] = 0x30 + UInt8(value % 10)
    }

    /// The Gregorian date of a day since 1970-01-01, by eras of 400 years that start in March.
    private static func civilDate(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        )
    }
}
