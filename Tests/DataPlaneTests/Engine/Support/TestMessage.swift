/// A request or response as tests look at it.
struct TestMessage: Sendable {
    var startLine: String
    var fields: [(name: String, value: String)] = []
    var body: [UInt8] = []
    var trailers: [(name: String, value: String)] = []

    var status: Int { Int(startLine.split(separator: " ").dropFirst().first ?? "") ?? 0 }
    var method: String { String(startLine.split(separator: " ").first ?? "") }
    var target: String { String(startLine.split(separator: " ").dropFirst().first ?? "") }
    var text: String { String(decoding: body, as: UTF8.self) }

    subscript(name: String) -> String? {
        fields.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    func all(_ name: String) -> [String] {
        fields.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }

    init(head: String) {
        var lines = head.split(separator: "\r\n", omittingEmptySubsequences: true).map(String.init)
        startLine = lines.isEmpty ? "" : lines.removeFirst()
        fields = lines.map(TestMessage.field)
    }

    static func field(_ line: String) -> (name: String, value: String) {
        let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let value = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
        return (String(parts[0]), value)
    }
}

extension TestSocket {
    /// Reads a request; nil at the end of the connection.
    func receiveRequest() throws -> TestMessage? {
        guard let head = try receiveHead() else { return nil }
        var message = TestMessage(head: head)
        try receiveBody(&message, untilClose: false)
        return message
    }

    /// Reads a response: interim ones count as responses of their own.
    func receiveResponse(toHead isHead: Bool = false) throws -> TestMessage {
        guard let head = try receiveHead() else { throw TestSocketError.ended }
        var message = TestMessage(head: head)
        if isHead || message.status < 200 || message.status == 204 || message.status == 304 { return message }
        try receiveBody(&message, untilClose: true)
        return message
    }

    /// Sends a request and reads its response.
    func request(_ text: String) throws -> TestMessage {
        try send(text)
        return try receiveResponse(toHead: text.hasPrefix("HEAD"))
    }

    func get(_ path: String, host: String = "example.test", _ fields: String = "") throws -> TestMessage {
        try request("GET \(path) HTTP/1.1\r\nHost: \(host)\r\n\(fields)\r\n")
    }

    private func receiveBody(_ message: inout TestMessage, untilClose: Bool) throws {
        if message["Transfer-Encoding"]?.lowercased() == "chunked" {
            while true {
                let line = try receiveLine()
                let size = Int(line.prefix { $0 != ";" }, radix: 16) ?? -1
                guard size >= 0 else { throw TestSocketError.broken }
                if size == 0 { break }
                message.body += try receive(exactly: size)
                _ = try receive(exactly: 2)
            }
            while true {
                let line = try receiveLine()
                if line.isEmpty { return }
                message.trailers.append(TestMessage.field(line))
            }
        } else if let length = message["Content-Length"].flatMap({ Int($0) }) {
            message.body = try receive(exactly: length)
        } else if untilClose {
            message.body = try receiveAll()
        }
    }
}
