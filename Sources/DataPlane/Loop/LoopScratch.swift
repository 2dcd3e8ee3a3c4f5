/// What a loop keeps for the request at hand.
struct LoopScratch {
    /// The normal form of the path, where it differs from the path that came.
    var path: [UInt8] = []
    /// The target after a rewrite, or the value of a Location field.
    var target: [UInt8] = []
    var date: DateField
    var requestIDs = RequestIDGenerator()

    init(unixSeconds: Int) {
        path.reserveCapacity(4096)
        target.reserveCapacity(4096)
        date = DateField(unixSeconds: unixSeconds)
    }
}
