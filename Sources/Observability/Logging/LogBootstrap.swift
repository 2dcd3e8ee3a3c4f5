package import Logging

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Sets up logging for the process. Libraries take a `Logger` and never call this.
package enum LogBootstrap {
    /// A logger that writes to standard error.
    ///
    /// - Parameters:
    ///   - label: the name of the logger, which JSON lines carry.
    ///   - format: how lines are written.
    ///   - level: the least severe level that is written.
    ///   - colour: whether text lines are coloured.
    package static func logger(label: String, format: LogFormat, level: Logger.Level, colour: Bool) -> Logger {
        let output = DescriptorLogOutput.standardError
        var logger = Logger(label: label) { label in
            switch format {
            case .text: TextLogHandler(output: output, colour: colour)
            case .json: JSONLogHandler(label: label, output: output)
            }
        }
        logger.logLevel = level
        return logger
    }
}
