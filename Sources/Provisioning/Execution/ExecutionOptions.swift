/// How an execution goes about its steps.
package struct ExecutionOptions: Sendable {
    /// How many steps run at once.
    package var concurrency: Int
    /// How long one step may take in all, repetitions included.
    package var stepDeadline: Duration
    /// How long it is waited for a created resource to do its work.
    package var readinessDeadline: Duration
    /// The pause before the first repetition; it doubles up to ``maximumPause``.
    package var pause: Duration
    package var maximumPause: Duration
    /// A number from 0 to 1 by which a pause is shortened, so that executions don't march in step.
    package var jitter: @Sendable () -> Double
    package var clock: any Clock<Duration>

    package init(
        concurrency: Int = 8,
        stepDeadline: Duration = .seconds(300),
        readinessDeadline: Duration = .seconds(900),
        pause: Duration = .milliseconds(500),
        maximumPause: Duration = .seconds(10),
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0...1) },
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.concurrency = max(1, concurrency)
        self.stepDeadline = stepDeadline
        self.readinessDeadline = readinessDeadline
        self.pause = pause
        self.maximumPause = maximumPause
        self.jitter = jitter
        self.clock = clock
    }

    /// The pause before repetition number `attempt`, from 1: doubling, capped, shortened by up to a half.
    func pause(before attempt: Int) -> Duration {
        let doubled = pause * (1 << min(attempt - 1, 16))
        return min(doubled, maximumPause) * (1 - jitter() / 2)
    }
}
