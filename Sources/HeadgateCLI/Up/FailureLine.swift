import ArgumentParser
import Logging

extension Logger {
    /// Logs what ends the command, for a log that no other text may break.
    ///
    /// The line is written whatever the level of the log is: a process never ends without a word.
    ///
    /// - Returns: what the command ends with, which is told no second time.
    func failing(with error: any Error) -> ExitCode {
        if let status = error as? ExitCode { return status }
        var logger = self
        logger.logLevel = min(logLevel, .error)
        var metadata: Logger.Metadata = [:]
        if let failure = error as? CommandFailure {
            metadata["error"] = "\(failure.message)"
            if let remedy = failure.remedy { metadata["remedy"] = "\(remedy)" }
        } else {
            metadata["error"] = "\(error)"
        }
        logger.error("headgate up failed", metadata: metadata)
        return .failure
    }
}
