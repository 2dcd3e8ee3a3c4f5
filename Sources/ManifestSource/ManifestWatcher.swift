import Foundation

/// Watches a file of manifests, or a directory tree of them, for changes.
package struct ManifestWatcher: Sendable {
    private let path: String
    private let quiet: Duration
    private let longest: Duration

    /// - Parameters:
    ///   - path: The file or directory; it need not be there yet.
    ///   - quiet: How long nothing must have changed before a change is reported.
    ///   - longest: How long a change goes unreported at most while others follow.
    package init(
        path: String, quiet: Duration = .milliseconds(50), longest: Duration = .milliseconds(300)
    ) {
        self.path = path
        self.quiet = quiet
        self.longest = longest
    }

    /// Starts to watch, and reports each change, or burst of changes, as one element. The watch stands when this
    /// returns: what is loaded after that misses nothing. Reports that nobody has taken yet are one. It ends when the
    /// sequence is released or its task is cancelled.
    ///
    /// - Throws: ``SystemError`` where the system has no room for another watch.
    package func changes() throws -> AsyncStream<Void> {
        let loop = try WatchLoop(path: path, debouncer: ChangeDebouncer(quiet: quiet, longest: longest))
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let stop = loop.stopSignal
        continuation.onTermination = { _ in stop.send() }
        let thread = Thread { loop.run { continuation.yield() } }
        thread.name = "manifests"
        thread.start()
        return stream
    }
}
