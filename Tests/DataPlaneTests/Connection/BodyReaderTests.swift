import Testing

@testable import DataPlane

struct BodyReaderTests {
    @Test(arguments: [1, 2, 15, 16, 255, 256, 4096, 65_536])
    func `A piece is framed where it lies`(count: Int) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count + 64, alignment: 16)
        defer { memory.deallocate() }
        memory.initializeMemory(as: UInt8.self, repeating: 0x78)
        let piece = UnsafeMutableRawBufferPointer(rebasing: memory[32..<(32 + count)])
        let middle = Array(ChunkFraming.frame(piece, isLast: false))
        #expect(
            middle == Array((String(count, radix: 16) + "\r\n").utf8) + [UInt8](repeating: 0x78, count: count) + [
                13, 10,
            ])
        let last = Array(ChunkFraming.frame(piece, isLast: true))
        #expect(last == middle + Array("0\r\n\r\n".utf8))
    }

    @Test func `Chunks are moved together, however they come`() throws {
        let text = Array("5;a=b\r\nhello\r\n1\r\n \r\n6\r\nworld!\r\n0\r\nX: y\r\n\r\nnext".utf8)
        for cut in 1..<text.count {
            var pool = BufferPool()
            var buffer = ReceiveBuffer()
            buffer.hold(pool.takeSmall())
            var reader = BodyReader(.chunked)
            var trailers = FieldTable()
            var body: [UInt8] = []
            for part in [text[..<cut], text[cut...]] {
                part.withUnsafeBytes { buffer.append($0) }
                let piece = try reader.next(from: &buffer, trailers: &trailers)
                body += Array(piece.bytes)
            }
            #expect(body == Array("hello world!".utf8))
            #expect(reader.isComplete)
            #expect(trailers.count == 1)
            #expect(Array(buffer.bytes) == Array("next".utf8))
            buffer.release(to: &pool)
            pool.deallocate()
        }
    }

    @Test func `A stated length ends where it says`() throws {
        var pool = BufferPool()
        var buffer = ReceiveBuffer()
        buffer.hold(pool.takeSmall())
        Array("hello next".utf8).withUnsafeBytes { buffer.append($0) }
        var reader = BodyReader(.length(5))
        var trailers = FieldTable()
        #expect(Array(try reader.next(from: &buffer, trailers: &trailers).bytes) == Array("hello".utf8))
        #expect(reader.isComplete)
        #expect(Array(buffer.bytes) == Array(" next".utf8))
        buffer.release(to: &pool)
        pool.deallocate()
    }
}
