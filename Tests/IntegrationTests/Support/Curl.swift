import Foundation

/// A real client: curl.
struct Curl {
    /// An answer as curl saw it.
    struct Answer {
        var status: Int
        var headers: [String: String]
        var body: String
        /// What `--write-out` printed behind the head.
        var trailer: String

        /// The body as the echo backend writes it.
        var echo: Echo? { try? JSONDecoder().decode(Echo.self, from: Data(body.utf8)) }
    }

    struct Echo: Decodable {
        var service: String
        var address: String
        var method: String
        var host: String
        var path: String
        var headers: [String: String]
        var bodyBytes: Int
    }

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// The address of the load balancer's HTTP and HTTPS listeners.
    var http: String
    var https: String

    /// Sends a request for `url`, whose host is not looked up: the connection goes to the load balancer.
    func get(_ url: String, _ arguments: [String] = []) async throws -> Answer {
        guard let curl = Executables.program("curl") else { throw Failure(description: "curl is not installed") }
        let scratch = try ScratchDirectory()
        let body = scratch.url.appending(path: "body")
        let result = try await Finished.running(
            curl,
            [
                "--silent", "--show-error", "--insecure", "--max-time", "30", "--noproxy", "*",
                "--connect-to", "::\(url.hasPrefix("https:") ? https : http)",
                "--dump-header", "-", "--output", body.path,
            ] + arguments + [url])
        guard result.status == 0 else {
            throw Failure(description: "curl \(url) ended with \(result.status): \(result.errors)")
        }
        let content = (try? Data(contentsOf: body)) ?? Data()
        return Self.answer(head: result.output, body: String(decoding: content, as: UTF8.self))
    }

    private static func answer(head: String, body: String) -> Answer {
        // The last head is the answer; interim ones go before it.
        let parts = head.replacing("\r\n", with: "\n").split(separator: "\n\n")
        let heads = parts.filter { $0.hasPrefix("HTTP/") }
        let trailer = parts.last { !$0.hasPrefix("HTTP/") }?.trimmingCharacters(in: .newlines) ?? ""
        let lines = (heads.last ?? "").split(separator: "\n")
        let status = lines.first.flatMap { Int($0.split(separator: " ").dropFirst().first ?? "") } ?? 0
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let name = line[..<colon].lowercased()
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            headers[name] = headers[name].map { "\($0), \(value)" } ?? value
        }
        return Answer(status: status, headers: headers, body: body, trailer: trailer)
    }
}
