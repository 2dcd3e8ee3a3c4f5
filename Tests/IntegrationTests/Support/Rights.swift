import Foundation

/// Programs that start another with fewer rights.
enum Rights {
    private static let isRoot = getuid() == 0

    /// Starts as a user to whom permissions apply; nil where the tests can't change the user.
    static func nobody() throws -> [String]? {
        guard isRoot else { return nil }
        return try setpriv(["--reuid=65534", "--regid=65534", "--clear-groups"])
    }

    /// Starts without the right to bind privileged ports.
    static func withoutPrivilegedPorts() throws -> [String] {
        guard isRoot else { return [] }
        return try setpriv(["--bounding-set=-net_bind_service", "--inh-caps=-net_bind_service"])
    }

    private static func setpriv(_ arguments: [String]) throws -> [String] {
        guard let program = Executables.program("setpriv") else {
            throw NeverTrue(description: "setpriv is not installed")
        }
        return [program.path] + arguments
    }
}
