import Foundation
import Synchronization

/// A process that was started with no signal blocked or ignored.
final class SpawnedProcess: Sendable {
    let identifier: pid_t
    /// The status once the process was waited for.
    private let collected = Mutex<Int32?>(nil)

    /// Starts a program.
    ///
    /// - Throws: ``NeverTrue`` where it can't be started.
    init(
        _ command: [String], environment: [String: String],
        files: (input: String, output: String, errors: String), leadsGroup: Bool
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let create = O_WRONLY | O_CREAT | O_TRUNC | O_APPEND
        posix_spawn_file_actions_addopen(&actions, 0, files.input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, files.output, create, 0o644)
        posix_spawn_file_actions_addopen(&actions, 2, files.errors, create, 0o644)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | (leadsGroup ? POSIX_SPAWN_SETPGROUP : 0)
        posix_spawnattr_setflags(&attributes, Int16(flags))

        var arguments = command.map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (arguments + variables).forEach { free($0) } }
        var identifier = pid_t()
        let failure = posix_spawn(&identifier, command[0], &actions, &attributes, &arguments, &variables)
        guard failure == 0 else {
            throw NeverTrue(description: "\(command[0]) can't be started: \(String(cString: strerror(failure)))")
        }
        self.identifier = identifier
    }

    /// The exit status, or 128 and the number of the signal that ended the process; nil while it runs.
    var status: Int32? { collect(WNOHANG) }

    /// Waits for the end.
    func wait() {
        _ = collect(0)
    }

    private func collect(_ options: Int32) -> Int32? {
        collected.withLock { collected in
            if let collected { return collected }
            var status: Int32 = 0
            guard waitpid(identifier, &status, options) == identifier else { return nil }
            let signal = status & 0x7f
            collected = signal == 0 ? (status >> 8) & 0xff : 128 + signal
            return collected
        }
    }
}
