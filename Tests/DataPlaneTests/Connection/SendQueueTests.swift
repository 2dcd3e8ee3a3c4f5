import Testing

@testable import DataPlane

struct SendQueueTests {
    @Test func `Whatever a socket takes, the rest follows in order`() {
        let parts = ["head", "body", "tail"].map { Array($0.utf8) }
        for first in 0...12 {
            var queue = SendQueue()
            parts[0].withUnsafeBytes { head in
                parts[1].withUnsafeBytes { body in
                    parts[2].withUnsafeBytes { tail in
                        queue.setHead(head)
                        queue.setBody(body)
                        queue.setTail(tail)
                        #expect(queue.count == 12)
                        queue.sent(first)
                        var rest: [UInt8] = []
                        while !queue.isEmpty {
                            let part = queue.firstTwo.0
                            rest += Array(part)
                            queue.sent(part.count)
                        }
                        #expect(rest == Array("headbodytail".utf8.dropFirst(first)))
                    }
                }
            }
        }
    }
}
