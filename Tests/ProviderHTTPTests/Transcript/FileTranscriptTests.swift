import Foundation
import ProviderHTTP
import Provisioning
import Testing

@Suite("The transcript of API calls")
struct FileTranscriptTests {
    private static let entry = TranscriptEntry(
        time: testDate, service: "elasticloadbalancing", operation: "DescribeRules", kind: .read, attempt: 2,
        status: 400, requestID: "id-1", milliseconds: 12, errorKind: .throttled, errorCode: "Throttling")

    private static func mode(of url: URL) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions] as? Int
    }

    @Test("Each try is a line of JSON with every key")
    func lines() async throws {
        try await withTemporaryDirectory { directory in
            let file = directory.appending(path: "trace")
            let transcript = try FileTranscript(path: file.path)
            transcript.record(Self.entry)
            var lost = Self.entry
            lost.status = nil
            lost.requestID = nil
            lost.errorKind = .unavailable
            lost.errorCode = nil
            transcript.record(lost)
            let text = try String(contentsOf: file, encoding: .utf8)
            let first =
                #"{"attempt":2,"error":"throttled","errorCode":"Throttling","kind":"read","milliseconds":12,"#
                + #""operation":"DescribeRules","requestId":"id-1","service":"elasticloadbalancing","status":400,"#
                + #""time":"2027-01-15T08:00:00.000Z"}"#
            let second =
                #"{"attempt":2,"error":"unavailable","errorCode":null,"kind":"read","milliseconds":12,"#
                + #""operation":"DescribeRules","requestId":null,"service":"elasticloadbalancing","status":null,"#
                + #""time":"2027-01-15T08:00:00.000Z"}"#
            #expect(text == "\(first)\n\(second)\n")
            #expect(transcript.firstFailure == nil)
        }
    }

    @Test("The file is its owner's alone, and what it held stays")
    func appending() async throws {
        try await withTemporaryDirectory { directory in
            let new = directory.appending(path: "new")
            _ = try FileTranscript(path: new.path)
            #expect(try Self.mode(of: new) == 0o600)
            let old = directory.appending(path: "old")
            try Data("before\n".utf8).write(to: old)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: old.path)
            try FileTranscript(path: old.path).record(Self.entry)
            #expect(try Self.mode(of: old) == 0o600)
            let lines = try String(contentsOf: old, encoding: .utf8).split(separator: "\n")
            #expect(lines.count == 2)
            #expect(lines.first == "before")
        }
    }

    @Test("A file that can't be written is an error that names it")
    func unwritable() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory.appending(path: "missing/trace").path
            let error = #expect(throws: FileTranscript.FileError.self) { try FileTranscript(path: path) }
            #expect(
                error?.description
                    == "the transcript of API calls can't be written to \(path): No such file or directory")
        }
    }

    @Test("A line that can't be written stops nothing, and is told when asked")
    func fullDisk() throws {
        let transcript = try FileTranscript(path: "/dev/full")
        transcript.record(Self.entry)
        #expect(transcript.firstFailure?.reason == "No space left on device")
    }

    @Test("The transport takes down every try with its outcome")
    func tries() async throws {
        let transcript = KeptTranscript()
        let sender = ScriptedSender([
            .failure(.connectionLost),
            .answer(400, headers: [("x-amzn-requestid", "id-1")], body: "Throttling: Slow down"),
            .answer(200, headers: [("x-amzn-requestid", "id-2")]),
        ])
        let transport = APITransport(
            configuration: TransportConfiguration(transcript: transcript, time: SkippingTime()),
            signer: NumberedSigner(), errors: CodedErrors(), connections: sender)
        _ = try await transport.read(.describing())
        #expect(transcript.entries.map(\.attempt) == [1, 2, 3])
        #expect(transcript.entries.map(\.status) == [nil, 400, 200])
        #expect(transcript.entries.map(\.requestID) == [nil, "id-1", "id-2"])
        #expect(transcript.entries.map(\.errorKind) == [.unavailable, .throttled, nil])
        #expect(transcript.entries.map(\.errorCode) == [nil, "Throttling", nil])
        #expect(transcript.entries.allSatisfy { $0.operation == "DescribeRules" && $0.service == "balancing" })
    }
}
