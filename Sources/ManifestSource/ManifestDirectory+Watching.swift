import Foundation

/// How long a watch waits for what.
package struct WatchTiming: Hashable, Sendable {
    /// How long nothing must have changed before a change is reported.
    package var quiet: Duration
    /// How long a change goes unreported at most while others follow.
    package var longest: Duration
    /// How long after the last write to it a file that nobody has closed is read as it is.
    package var patience: Duration
    /// How long a file is written to before that is told.
    package var notice: Duration

    package init(
        quiet: Duration = .milliseconds(50), longest: Duration = .milliseconds(300), patience: Duration = .seconds(10),
        notice: Duration = .seconds(1)
    ) {
        self.quiet = quiet
        self.longest = longest
        self.patience = patience
        self.notice = notice
    }
}

extension ManifestDirectory {
    /// Starts to watch, and reports each change, or burst of changes, as one element. The watch stands when this
    /// returns: what is loaded after that misses nothing. Reports that nobody has taken yet are one. It ends when the
    /// sequence is released or its task is cancelled.
    ///
    /// While it is watched, a file that is being written to keeps what it held: until it is closed, or for want of that
    /// until nothing was written to it for as long as `timing` says. The path need not be there yet.
    ///
    /// - Throws: ``SystemError`` where the system has no room for another watch.
    package func changes(_ timing: WatchTiming = WatchTiming()) throws -> AsyncStream<Void> {
        let loop = try WatchLoop(path: path, timing: timing)
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let stop = loop.stopSignal
        continuation.onTermination = { _ in stop.send() }
        let thread = Thread { loop.run { continuation.yield() } }
        thread.name = "manifests"
        thread.start()
        follow(loop)
        return stream
    }
}
