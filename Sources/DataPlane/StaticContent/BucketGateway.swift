import LoadBalancerModel

/// The way to a storage bucket: which object a request asks for, and what passes between client and bucket.
///
/// Only objects can be read. The query never passes, since in S3's API it turns a read of an object into other operations,
/// and an empty key, which would list the bucket, is never asked for.
struct BucketGateway: Sendable {
    /// What is done with a request.
    enum Decision: Equatable, Sendable {
        /// Ask upstream for the target that was written.
        case forward
        /// Another method than GET and HEAD; the answer is 405.
        case methodNotAllowed
        /// No object can have this name; the answer is 404.
        case notFound
    }

    /// What is done with a response from the bucket.
    enum ResponseDecision: Equatable, Sendable {
        /// It goes to the client.
        case pass
        /// It is left out, for its body is the bucket's own document; this status is answered instead.
        case replace(statusCode: Int)
    }

    /// The `Host` field of requests to the bucket.
    let host: [UInt8]
    private let keyPrefix: [UInt8]
    private let indexDocument: [UInt8]?
    private let mountPath: [UInt8]

    init(_ action: StorageBucketAction) {
        host = Array(action.host.utf8)
        keyPrefix = Array(action.keyPrefix.utf8)
        indexDocument = action.indexDocument.map { Array($0.utf8) }
        mountPath = Array(action.mountPath.utf8)
    }

    /// Decides on a request and, where it is forwarded, writes the path to ask for into `target`, in place of what that
    /// holds: prefix and key, the key's octets percent-encoded as S3 wants them (all but unreserved ones and the slash).
    ///
    /// - Parameter path: The path of the request in normal form.
    func decide(method: RequestMethod, path: Span<UInt8>, target: inout [UInt8]) -> Decision {
        guard method == .get || method == .head else { return .methodNotAllowed }
        target.removeAll(keepingCapacity: true)
        target.append(contentsOf: keyPrefix)
        let rest = path.extracting(SitePath.rest(of: path, behind: mountPath.span))
        let isObject = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: rest.count) { key in
            guard let count = SitePath.decode(rest, into: key), Self.hasNoDotSegments(key, count) else { return false }
            for index in 0..<count { Self.append(key[index], to: &target) }
            if count > 0, key[count - 1] != UInt8(ascii: "/") { return true }
            guard let indexDocument else { return false }
            for byte in indexDocument { Self.append(byte, to: &target) }
            return !indexDocument.isEmpty
        }
        return isObject ? .forward : .notFound
    }

    /// Whether no element of a decoded key is `.` or `..`, with backslashes taken for slashes as some servers do: what
    /// stands behind the bucket's endpoint must not resolve its way out of the prefix.
    private static func hasNoDotSegments(_ key: UnsafeMutableBufferPointer<UInt8>, _ count: Int) -> Bool {
        var start = 0
        for index in 0...count {
            let isEnd = index == count || key[index] == UInt8(ascii: "/") || key[index] == UInt8(ascii: "\\")
            guard isEnd else { continue }
            let length = index - start
            if length == 1 || length == 2, (start..<index).allSatisfy({ key[$0] == UInt8(ascii: ".") }) {
                return false
            }
            start = index + 1
        }
        return true
    }

    private static func append(_ byte: UInt8, to target: inout [UInt8]) {
        if CharacterClass.unreserved.contains(byte) || byte == UInt8(ascii: "/") {
            target.append(byte)
        } else {
            target.append(UInt8(ascii: "%"))
            target.append(Hexadecimal.upperCaseDigit(byte >> 4))
            target.append(Hexadecimal.upperCaseDigit(byte & 0xF))
        }
    }

    // MARK: The request

    /// Writes the whole head of the request for `target`. Of the client's fields only those about the object's
    /// representation pass: no credentials, no cookies, nothing about the client, and no field of S3's API. There is no
    /// body; the caller discards one that the client sends.
    func writeRequest(
        _ head: borrowing RequestHead, of bytes: Span<UInt8>, target: Span<UInt8>, to writer: inout HeadWriter
    ) {
        writer.write(head.method == .head ? "HEAD " : "GET ")
        writer.writeEncodedPath(target)
        writer.write(" HTTP/1.1\r\n")
        writer.writeField("Host", host.span)
        let passed = Self.passedRequestFields
        for index in 0..<head.fields.count {
            let field = head.fields[index]
            if passed.contains(field.known), !field.isHopByHop { writer.writeField(field, of: bytes) }
        }
        writer.writeLineEnd()
    }

    private static let passedRequestFields = FieldSet(
        .accept, .acceptEncoding, .acceptLanguage, .cacheControl, .ifMatch, .ifModifiedSince, .ifNoneMatch, .ifRange,
        .ifUnmodifiedSince, .origin, .range, .traceParent, .traceState, .userAgent
    )

    // MARK: The response

    /// Decides on the response by its status. Error documents of the bucket name it, its keys and its endpoint: they never
    /// pass. That the bucket denies access says the same as that there is no such object.
    static func decide(on head: borrowing ResponseHead) -> ResponseDecision {
        switch head.statusCode {
        case 200, 206, 304: .pass
        case 403, 404, 410: .replace(statusCode: 404)
        case 412, 416: .replace(statusCode: head.statusCode)
        case 429, 503: .replace(statusCode: 503)
        case 504: .replace(statusCode: 504)
        default: .replace(statusCode: 502)
        }
    }

    /// The answer in place of a response that is left out. A 416 keeps the size that the bucket stated.
    static func replacement(
        _ statusCode: Int, for head: borrowing ResponseHead, of bytes: Span<UInt8>, to method: RequestMethod
    ) -> ContentAnswer {
        var lines: [UInt8] = []
        if statusCode == 416, let range = head.fields.value(of: .contentRange) {
            lines += Array("Content-Range: ".utf8)
            for index in range.indices { lines.append(bytes[index]) }
            lines += [0x0D, 0x0A]
        }
        return ShortAnswers.answer(statusCode, lines: lines, sendsBody: method != .head)
    }

    /// Writes the fields of a response that pass: those about the representation and its caching, and those of
    /// cross-origin sharing. What the bucket says of itself (`x-amz-*`, `Server`) doesn't.
    static func writeResponseFields(
        _ head: borrowing ResponseHead, of bytes: Span<UInt8>, date: borrowing DateField, to writer: inout HeadWriter
    ) {
        let passed = passedResponseFields
        for index in 0..<head.fields.count {
            let field = head.fields[index]
            guard !field.isHopByHop else { continue }
            if passed.contains(field.known) || field.known == .other && isCrossOrigin(field.name, bytes) {
                writer.writeField(field, of: bytes)
            }
        }
        if !head.fields.contains(.date) { writer.writeDate(date) }
    }

    private static let passedResponseFields = FieldSet(
        .acceptRanges, .cacheControl, .contentDisposition, .contentEncoding, .contentLanguage, .contentRange,
        .contentType, .date, .entityTag, .expires, .lastModified, .vary
    )

    private static func isCrossOrigin(_ name: ByteRange, _ bytes: Span<UInt8>) -> Bool {
        let prefix: StaticString = "access-control-"
        guard name.length > prefix.utf8CodeUnitCount else { return false }
        for offset in 0..<prefix.utf8CodeUnitCount
        where ByteScanner.lowercase(bytes[name.lowerBound + offset]) != prefix.utf8Start[offset] {
            return false
        }
        return true
    }
}
