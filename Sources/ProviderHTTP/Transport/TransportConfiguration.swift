/// What a transport keeps to.
package struct TransportConfiguration: Sendable {
    package var retry: RetryPolicy
    package var rateLimits: RateLimits
    /// How long one try may take, from asking for a connection to the last byte of the answer.
    package var tryTimeLimit: Duration
    /// How long a call may take with all its tries and waits.
    package var callTimeLimit: Duration
    /// How many bytes the body of an answer may have.
    package var answerSizeLimit: Int
    /// What is told of every try.
    package var transcript: (any TranscriptRecorder)?
    /// What waits and time limits are measured by.
    package var time: any TimeSource
    /// Gives a number from 0 to 1, drawn evenly, for the jitter of waits.
    package var chance: @Sendable () -> Double

    package init(
        retry: RetryPolicy = RetryPolicy(),
        rateLimits: RateLimits = RateLimits(),
        tryTimeLimit: Duration = .seconds(30),
        callTimeLimit: Duration = .seconds(120),
        answerSizeLimit: Int = 16 << 20,
        transcript: (any TranscriptRecorder)? = nil,
        time: any TimeSource = SystemTime(),
        chance: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.retry = retry
        self.rateLimits = rateLimits
        self.tryTimeLimit = tryTimeLimit
        self.callTimeLimit = callTimeLimit
        self.answerSizeLimit = answerSizeLimit
        self.transcript = transcript
        self.time = time
        self.chance = chance
    }
}
