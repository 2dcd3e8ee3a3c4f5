import Testing

@testable import HeadgateCLI

@Suite("headgate up: requests to stop")
struct SecondSignalTests {
    @Test(
        "A signal that arrives twice at once is one request, and a later one is the second",
        arguments: [(0, false), (1, false), (249, false), (250, true), (60_000, true)])
    func second(milliseconds: Int, expected: Bool) {
        var requests = StopRequests()
        let start = ContinuousClock.now
        let first = requests.isSecond(at: start)
        let second = requests.isSecond(at: start + .milliseconds(milliseconds))
        #expect(!first)
        #expect(second == expected)
    }
}
