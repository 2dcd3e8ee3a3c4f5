import Foundation
import Testing

@testable import AWSProvider

@Suite("The surroundings of credentials")
struct AWSSurroundingsTests {
    private let surroundings = AWSSurroundings.current(connections: NoNetwork(), localConnections: NoNetwork())

    @Test("A device or a pipe is read like a file, so that /dev/null stands for no configuration")
    func device() throws {
        #expect(try surroundings.readFile("/dev/null") == [])
    }

    @Test("A file that isn't there is none, and one that can't be read is an error")
    func missing() throws {
        #expect(try surroundings.readFile("/nowhere/config") == nil)
        #expect(throws: (any Error).self) { try surroundings.readFile("/") }
    }
}
