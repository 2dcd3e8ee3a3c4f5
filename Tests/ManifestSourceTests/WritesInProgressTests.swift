import Glibc
import Testing

@testable import ManifestSource

@Suite struct WritesInProgressTests {
    let start = ContinuousClock.now
    private let file = FileIdentity(stat())

    private func writes() -> WritesInProgress { WritesInProgress(patience: .seconds(10), notice: .seconds(1)) }

    @Test("A file counts from the first write until it is closed")
    func closed() {
        var writes = writes()
        #expect(writes.deadline == nil)
        writes.noteWrite(to: "a.yaml", at: start, identity: file)
        writes.noteWrite(to: "a.yaml", at: start + .milliseconds(1), identity: nil)
        #expect(writes.files == [file: .usual])
        writes.noteEnd(of: "a.yaml", identity: nil)
        #expect(writes.files.isEmpty)
        #expect(writes.deadline == nil)
    }

    @Test("It ends by any path that leads to the file, and by its own when another file is there")
    func paths() {
        var writes = writes()
        writes.noteWrite(to: "link/a.yaml", at: start, identity: file)
        writes.noteEnd(of: "a.yaml", identity: file)
        #expect(writes.files.isEmpty)
        writes.noteWrite(to: "a.yaml", at: start, identity: nil)
        #expect(writes.files.isEmpty)
    }

    @Test("It is slow after a while, which is told once, and given up when nothing was written for longer")
    func patience() {
        var writes = writes()
        writes.noteWrite(to: "a.yaml", at: start, identity: file)
        #expect(writes.deadline == start + .seconds(1))
        var isDue = writes.advance(to: start + .milliseconds(999))
        #expect(!isDue)
        isDue = writes.advance(to: start + .seconds(1))
        #expect(isDue)
        #expect(writes.files == [file: .slow])
        writes.noteWrite(to: "a.yaml", at: start + .seconds(9), identity: file)
        #expect(writes.deadline == start + .seconds(19))
        isDue = writes.advance(to: start + .seconds(18))
        #expect(!isDue)
        isDue = writes.advance(to: start + .seconds(19))
        #expect(isDue)
        #expect(writes.files.isEmpty)
    }
}
