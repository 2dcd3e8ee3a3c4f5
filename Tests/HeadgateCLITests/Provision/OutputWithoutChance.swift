extension String {
    /// An output without its durations, and without what AWS numbers in the order of calls, which isn't the same each
    /// time.
    var withoutChance: String {
        replacing(#/\/[0-9a-f]{16}(?![0-9a-f])/#, with: "/0123456789abcdef")
            .replacing(#/certificate\/[0-9a-f-]{36}/#, with: "certificate/01234567-89ab-cdef-0123-456789abcdef")
            .replacing(#/sg-0[0-9a-f]{16}/#, with: "sg-00123456789abcdef")
            .replacing(#/-\d+\.us-east-1\.elb/#, with: "-1234567890.us-east-1.elb")
            .replacing(#/ \d+ m?s$/#.anchorsMatchLineEndings(), with: " N ms")
    }
}
