@testable import DataPlane

private let get = "GET / HTTP/1.1\r\nHost: a\r\n"
private let post = "POST / HTTP/1.1\r\nHost: a\r\n"

/// What a request head may look like and what it must be answered.
let requestHeadCases: [RequestHeadCase] =
    takenHeads + targetCases + startLineCases + fieldCases + hostCases + lengthCases + connectionCases

private let takenHeads: [RequestHeadCase] = [
    .taken("smallest request", get + "\r\n", "GET / @a"),
    .taken("pipelined bytes behind it", get + "\r\n", "GET / @a", rest: get),
    .taken("one empty line before it", "\r\n" + get + "\r\n", "GET / @a"),
    .taken("path and query", "GET /a/b?c=d&e HTTP/1.1\r\nHost: a\r\n\r\n", "GET /a/b?c=d&e @a"),
    .taken("empty query", "GET /a? HTTP/1.1\r\nHost: a\r\n\r\n", "GET /a? @a"),
    .taken("question marks in the query", "GET /?a?b HTTP/1.1\r\nHost: a\r\n\r\n", "GET /?a?b @a"),
    .taken("double slash", "GET //a//b HTTP/1.1\r\nHost: a\r\n\r\n", "GET //a//b @a"),
    .taken("every known method", "PATCH / HTTP/1.1\r\nHost: a\r\n\r\n", "PATCH / @a"),
    .taken("an unknown method", "PROPFIND / HTTP/1.1\r\nHost: a\r\n\r\n", "PROPFIND / @a"),
    .taken("a method in lower case is another method", "get / HTTP/1.1\r\nHost: a\r\n\r\n", "get / @a"),
    .taken(
        "a method of all kinds of token octets", "A!#$%&'*+-.^_`|~9 / HTTP/1.1\r\nHost: a\r\n\r\n",
        "A!#$%&'*+-.^_`|~9 / @a"),
    .taken("HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n", "GET / @ 1.0 close"),
    .taken("HTTP/1.0 with keep-alive", "GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n", "GET / @a 1.0"),
    .taken(
        "HTTP/1.0 with a length", "POST / HTTP/1.0\r\nHost: a\r\nContent-Length: 3\r\n\r\n",
        "POST / @a length=3 1.0 close"),
    .taken("octets beyond ASCII in a value", get + "X: \u{E4}\u{FF}\u{80}\r\n\r\n", "GET / @a"),
    .taken("a tab in a value", get + "X: a\tb\r\n\r\n", "GET / @a"),
    .taken("an empty value", get + "X:\r\n\r\n", "GET / @a"),
    .taken("colons in a value", get + "X: a:b:c\r\n\r\n", "GET / @a"),
    .taken("a name of token octets", get + "!#$%&'*+-.^_`|~1a: b\r\n\r\n", "GET / @a"),
]

private let targetCases: [RequestHeadCase] = [
    .taken("raw octets in the path", "GET /\u{C3}\u{A4} HTTP/1.1\r\nHost: a\r\n\r\n", "GET /\u{E4} @a encode"),
    .taken("raw octets in the query", "GET /?\u{C3}\u{A4} HTTP/1.1\r\nHost: a\r\n\r\n", "GET /?\u{E4} @a encode"),
    .taken("a backslash in the path", "GET /a\\b HTTP/1.1\r\nHost: a\r\n\r\n", "GET /a\\b @a encode"),
    .taken("a backslash in the query", "GET /?a\\b HTTP/1.1\r\nHost: a\r\n\r\n", "GET /?a\\b @a"),
    .taken("absolute form", "GET http://a/b?c HTTP/1.1\r\nHost: a\r\n\r\n", "GET /b?c @a"),
    .taken(
        "absolute form in capitals", "GET HTTP://A.example/b HTTP/1.1\r\nHost: a.EXAMPLE\r\n\r\n", "GET /b @a.EXAMPLE"),
    .taken("absolute form without a path", "GET http://a HTTP/1.1\r\nHost: a\r\n\r\n", "GET  @a"),
    .taken("absolute form with only a query", "GET http://a?b HTTP/1.1\r\nHost: a\r\n\r\n", "GET ?b @a"),
    .taken("absolute form, default port on one side", "GET http://a:80/ HTTP/1.1\r\nHost: a\r\n\r\n", "GET / @a"),
    .taken("absolute form with https", "GET https://a/ HTTP/1.1\r\nHost: a:443\r\n\r\n", "GET / @a:443"),
    .taken("absolute form, HTTP/1.0 without Host", "GET http://b:81/ HTTP/1.0\r\n\r\n", "GET / @b:81 1.0 close"),
    .refused("absolute form of another host", "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", .hostMismatch),
    .refused("absolute form of another port", "GET http://a:81/ HTTP/1.1\r\nHost: a\r\n\r\n", .hostMismatch),
    .refused("absolute form without Host", "GET http://a/ HTTP/1.1\r\n\r\n", .missingHost),
    .refused("absolute form with user information", "GET http://u:p@a/ HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
    .refused("absolute form without a host", "GET http:/// HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
    .refused("absolute form of another scheme", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
    .taken("asterisk", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS * @a"),
    .taken("asterisk in absolute form", "OPTIONS http://a HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS * @a"),
    .refused("asterisk of another method", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
    .refused("asterisk and more", "OPTIONS *a HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
    .refused("CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", .connectNotSupported),
    .refused("authority form of another method", "GET a:443 HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
    .refused("relative path", "GET a/b HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
    .refused("fragment", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
    .refused("fragment in the query", "GET /a?b#c HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
    .refused("space in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", .invalidVersion),
    .refused("tab in the target", "GET /a\tb HTTP/1.1\r\nHost: a\r\n\r\n", .controlCharacter),
    .refused("NUL in the target", "GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n", .controlCharacter),
    .refused("DEL in the target", "GET /a\u{7F} HTTP/1.1\r\nHost: a\r\n\r\n", .controlCharacter),
    .refused("control character in the query", "GET /?\u{01} HTTP/1.1\r\nHost: a\r\n\r\n", .controlCharacter),
    .refused("no target", "GET  HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
]

private let startLineCases: [RequestHeadCase] = [
    .waits("nothing", ""),
    .waits("half an empty line", "\r"),
    .waits("an empty line", "\r\n"),
    .waits("half a method", "GE"),
    .waits("half a target", "GET /abc"),
    .waits("half a version", "GET / HTTP/1."),
    .waits("a request line without its line feed", "GET / HTTP/1.1\r"),
    .waits("a head without its end", get),
    .waits("a head without its last byte", get + "\r"),
    .waits("half a field", get + "X: a"),
    .refused("two empty lines before it", "\r\n\r\n" + get + "\r\n", .invalidStartOfMessage),
    .refused("a bare line feed before it", "\n" + get + "\r\n", .bareLineFeed),
    .refused("a bare carriage return before it", "\r" + get + "\r\n", .bareCarriageReturn),
    .refused("a space before it", " " + get + "\r\n", .invalidStartOfMessage),
    .refused("a TLS record", "\u{16}\u{03}\u{01}\u{00}", .invalidStartOfMessage),
    .refused("method with a colon", "GE:T / HTTP/1.1\r\nHost: a\r\n\r\n", .invalidMethod),
    .refused("method with brackets", "G[E]T / HTTP/1.1\r\nHost: a\r\n\r\n", .invalidMethod),
    .refused("method with an octet beyond ASCII", "G\u{C4}T / HTTP/1.1\r\nHost: a\r\n\r\n", .invalidMethod),
    .refused("method with NUL", "GET\0 / HTTP/1.1\r\nHost: a\r\n\r\n", .controlCharacter),
    .refused("tab behind the method", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", .controlCharacter),
    .refused("method of 33 octets", String(repeating: "A", count: 33) + " / HTTP/1.1\r\n\r\n", .methodTooLong),
    .taken(
        "method of 32 octets", String(repeating: "A", count: 32) + " / HTTP/1.1\r\nHost: a\r\n\r\n",
        String(repeating: "A", count: 32) + " / @a"),
    .refused("method alone", "GET\r\n\r\n", .invalidVersion),
    .refused("two spaces before the version", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n", .invalidVersion),
    .refused("no version, as in HTTP/0.9", "GET /\r\nHost: a\r\n\r\n", .invalidVersion),
    .refused("HTTP/2.0", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .unsupportedVersion),
    .refused("HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", .unsupportedVersion),
    .refused("HTTP/0.9 spelt out", "GET / HTTP/0.9\r\nHost: a\r\n\r\n", .unsupportedVersion),
    .refused("HTTP/1.10", "GET / HTTP/1.10\r\nHost: a\r\n\r\n", .invalidVersion),
    .refused("HTTP/01.1", "GET / HTTP/01.1\r\nHost: a\r\n\r\n", .invalidVersion),
    .refused("version in lower case", "GET / http/1.1\r\nHost: a\r\n\r\n", .invalidVersion),
    .refused("another protocol", "GET / RTSP/1.0\r\nHost: a\r\n\r\n", .invalidVersion),
    .refused("HTTP/1,1", "GET / HTTP/1,1\r\nHost: a\r\n\r\n", .invalidVersion),
    .refused("space behind the version", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", .invalidVersion),
    .refused("tab behind the version", "GET / HTTP/1.1\t\r\nHost: a\r\n\r\n", .controlCharacter),
    .refused("bare line feed behind the version", "GET / HTTP/1.1\nHost: a\r\n\r\n", .bareLineFeed),
    .refused("bare line feed everywhere", "GET / HTTP/1.1\nHost: a\n\n", .bareLineFeed),
    .refused("bare carriage return behind the version", "GET / HTTP/1.1\rHost: a\r\n\r\n", .bareCarriageReturn),
    .refused("two carriage returns behind the version", "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n", .bareCarriageReturn),
]

private let fieldCases: [RequestHeadCase] = [
    .refused("bare line feed behind a field", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", .bareLineFeed),
    .refused("bare line feed in place of the empty line", get + "\n", .bareLineFeed),
    .refused("bare carriage return in a value", get + "X: a\rb\r\n\r\n", .bareCarriageReturn),
    .refused("bare carriage return before the line's end", get + "X: a\r\r\n\r\n", .bareCarriageReturn),
    .refused("bare carriage return in place of the empty line", get + "\rX: a\r\n\r\n", .bareCarriageReturn),
    .refused("NUL in a value", get + "X: a\0b\r\n\r\n", .controlCharacter),
    .refused("NUL in a name", get + "X\0: a\r\n\r\n", .controlCharacter),
    .refused("control character in a value", get + "X: a\u{08}b\r\n\r\n", .controlCharacter),
    .refused("DEL in a value", get + "X: a\u{7F}b\r\n\r\n", .controlCharacter),
    .refused("vertical tab before a value", get + "X:\u{0B}a\r\n\r\n", .controlCharacter),
    .refused("folded line", get + "X: a\r\n b\r\n\r\n", .foldedField),
    .refused("folded line with a tab", get + "X: a\r\n\tb\r\n\r\n", .foldedField),
    .refused("space before the first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", .foldedField),
    .refused("space before the colon", get + "X : a\r\n\r\n", .spaceBeforeColon),
    .refused("tab before the colon", get + "X\t: a\r\n\r\n", .spaceBeforeColon),
    .refused(
        "space before the colon of Transfer-Encoding", post + "Transfer-Encoding : chunked\r\n\r\n", .spaceBeforeColon),
    .refused("space in a name", get + "X Y: a\r\n\r\n", .spaceBeforeColon),
    .refused("empty name", get + ": a\r\n\r\n", .emptyFieldName),
    .refused("line without a colon", get + "X\r\n\r\n", .invalidFieldName),
    .refused("name with a bracket", get + "X(y): a\r\n\r\n", .invalidFieldName),
    .refused("name with an octet beyond ASCII", get + "X\u{E4}: a\r\n\r\n", .invalidFieldName),
    .refused("name in quotes", get + "\"X\": a\r\n\r\n", .invalidFieldName),
    .refused("DEL in a name", get + "X\u{7F}: a\r\n\r\n", .invalidFieldName),
    .refused("control character in place of a hyphen", post + "Content\u{0D}Length: 1\r\n\r\n", .invalidFieldName),
]

private let hostCases: [RequestHeadCase] = [
    .taken("port", "GET / HTTP/1.1\r\nHost: a.example:8080\r\n\r\n", "GET / @a.example:8080"),
    .taken("empty port", "GET / HTTP/1.1\r\nHost: a:\r\n\r\n", "GET / @a"),
    .taken("IPv4", "GET / HTTP/1.1\r\nHost: 127.0.0.1:80\r\n\r\n", "GET / @127.0.0.1:80"),
    .taken("IPv6", "GET / HTTP/1.1\r\nHost: [2001:db8::1]:80\r\n\r\n", "GET / @[2001:db8::1]:80"),
    .taken("IPv6 without a port", "GET / HTTP/1.1\r\nHost: [::ffff:10.0.0.1]\r\n\r\n", "GET / @[::ffff:10.0.0.1]"),
    .taken("trailing dot and underscore", "GET / HTTP/1.1\r\nHost: a_b.c.\r\n\r\n", "GET / @a_b.c."),
    .refused("missing", "GET / HTTP/1.1\r\n\r\n", .missingHost),
    .refused("twice", get + "Host: a\r\n\r\n", .repeatedHost),
    .refused("twice, differing", get + "HOST: b\r\n\r\n", .repeatedHost),
    .refused("twice in HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", .repeatedHost),
    .refused("empty", "GET / HTTP/1.1\r\nHost:\r\n\r\n", .invalidHost),
    .refused("two names", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", .invalidHost),
    .refused("space in it", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", .invalidHost),
    .refused("user information", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", .invalidHost),
    .refused("path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", .invalidHost),
    .refused("scheme", "GET / HTTP/1.1\r\nHost: http://a\r\n\r\n", .invalidHost),
    .refused("quotes", "GET / HTTP/1.1\r\nHost: \"a\"\r\n\r\n", .invalidHost),
    .refused("percent escape", "GET / HTTP/1.1\r\nHost: a%20b\r\n\r\n", .invalidHost),
    .refused("octets beyond ASCII", "GET / HTTP/1.1\r\nHost: \u{E4}\r\n\r\n", .invalidHost),
    .refused("port beyond 65535", "GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n", .invalidHost),
    .refused("port that is no number", "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", .invalidHost),
    .refused("port of many digits", "GET / HTTP/1.1\r\nHost: a:000080\r\n\r\n", .invalidHost),
    .refused("port without a host", "GET / HTTP/1.1\r\nHost: :80\r\n\r\n", .invalidHost),
    .refused("two ports", "GET / HTTP/1.1\r\nHost: a:80:80\r\n\r\n", .invalidHost),
    .refused("IPv6 without brackets", "GET / HTTP/1.1\r\nHost: ::1\r\n\r\n", .invalidHost),
    .refused("IPv6 that never closes", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", .invalidHost),
    .refused("brackets around a name", "GET / HTTP/1.1\r\nHost: [a.example]\r\n\r\n", .invalidHost),
]

private let lengthCases: [RequestHeadCase] = [
    .taken("length", post + "Content-Length: 10\r\n\r\n", "POST / @a length=10"),
    .taken("length of nothing", post + "Content-Length: 0\r\n\r\n", "POST / @a"),
    .taken("no length means no body", post + "\r\n", "POST / @a"),
    .taken("length with leading zeros", post + "Content-Length: 0010\r\n\r\n", "POST / @a length=10"),
    .taken(
        "longest length", post + "Content-Length: 9223372036854775807\r\n\r\n", "POST / @a length=9223372036854775807"),
    .taken("length of a GET", get + "Content-Length: 3\r\n\r\n", "GET / @a length=3"),
    .refused(
        "length too large for a number", post + "Content-Length: 9223372036854775808\r\n\r\n", .invalidContentLength),
    .refused("length of many digits", post + "Content-Length: 100000000000000000000000\r\n\r\n", .invalidContentLength),
    .refused("length with a plus", post + "Content-Length: +10\r\n\r\n", .invalidContentLength),
    .refused("length with a minus", post + "Content-Length: -1\r\n\r\n", .invalidContentLength),
    .refused("length with a space in it", post + "Content-Length: 1 0\r\n\r\n", .invalidContentLength),
    .refused("length in hexadecimal", post + "Content-Length: 0x10\r\n\r\n", .invalidContentLength),
    .refused("length with a fraction", post + "Content-Length: 10.0\r\n\r\n", .invalidContentLength),
    .refused("empty length", post + "Content-Length:\r\n\r\n", .invalidContentLength),
    .refused("list of the same length", post + "Content-Length: 10, 10\r\n\r\n", .invalidContentLength),
    .refused("list of lengths", post + "Content-Length: 10, 11\r\n\r\n", .invalidContentLength),
    .refused(
        "length twice, differing", post + "Content-Length: 10\r\nContent-Length: 11\r\n\r\n", .repeatedContentLength),
    .refused(
        "length twice, the same", post + "Content-Length: 10\r\ncontent-length: 10\r\n\r\n", .repeatedContentLength),
    .taken("chunked", post + "Transfer-Encoding: chunked\r\n\r\n", "POST / @a chunked"),
    .refused("chunked with a capital", post + "Transfer-Encoding: Chunked\r\n\r\n", .invalidTransferEncoding),
    .refused("chunked in capitals", post + "Transfer-Encoding: CHUNKED\r\n\r\n", .invalidTransferEncoding),
    .refused("chunked with a capital inside", post + "Transfer-Encoding: chunKed\r\n\r\n", .invalidTransferEncoding),
    .refused(
        "gzip before chunked with a capital", post + "Transfer-Encoding: gzip, Chunked\r\n\r\n",
        .invalidTransferEncoding),
    .refused(
        "both length and coding", post + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n", .ambiguousLength),
    .refused(
        "both coding and length", post + "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n", .ambiguousLength),
    .refused(
        "coding of HTTP/1.0", "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
        .transferEncodingOnHTTP10),
    .refused(
        "coding twice", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
        .repeatedTransferEncoding),
    .refused(
        "coding twice, the second another", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n",
        .repeatedTransferEncoding),
    .refused(
        "chunked twice in one field", post + "Transfer-Encoding: chunked, chunked\r\n\r\n", .invalidTransferEncoding),
    .refused("chunked not last", post + "Transfer-Encoding: chunked, gzip\r\n\r\n", .invalidTransferEncoding),
    .refused("identity", post + "Transfer-Encoding: identity\r\n\r\n", .invalidTransferEncoding),
    .refused(
        "identity before chunked", post + "Transfer-Encoding: identity, chunked\r\n\r\n", .invalidTransferEncoding),
    .refused("gzip alone", post + "Transfer-Encoding: gzip\r\n\r\n", .invalidTransferEncoding),
    .refused("gzip before chunked", post + "Transfer-Encoding: gzip, chunked\r\n\r\n", .unsupportedTransferCoding),
    .refused("xchunked", post + "Transfer-Encoding: xchunked\r\n\r\n", .invalidTransferEncoding),
    .refused("chunkedx", post + "Transfer-Encoding: chunkedx\r\n\r\n", .invalidTransferEncoding),
    .refused("chunked in quotes", post + "Transfer-Encoding: \"chunked\"\r\n\r\n", .invalidTransferEncoding),
    .refused("chunked with a parameter", post + "Transfer-Encoding: chunked;a=b\r\n\r\n", .invalidTransferEncoding),
    .refused("chunked behind a comma", post + "Transfer-Encoding: ,chunked\r\n\r\n", .invalidTransferEncoding),
    .refused("chunked with a vertical tab", post + "Transfer-Encoding: chunked\u{0B}\r\n\r\n", .controlCharacter),
    .refused(
        "chunked before an octet beyond ASCII", post + "Transfer-Encoding: chunked\u{A0}\r\n\r\n",
        .invalidTransferEncoding),
    .refused("empty coding", post + "Transfer-Encoding:\r\n\r\n", .invalidTransferEncoding),
    .refused("folded coding", post + "Transfer-Encoding:\r\n chunked\r\n\r\n", .invalidTransferEncoding),
    .refused(
        "coding folded behind its value", post + "Transfer-Encoding: chunked\r\n , identity\r\n\r\n", .foldedField),
]

private let connectionCases: [RequestHeadCase] = [
    .taken("close", get + "Connection: close\r\n\r\n", "GET / @a close"),
    .taken("Close among others", get + "Connection: foo, Close\r\n\r\n", "GET / @a close"),
    .taken("close wins over keep-alive", get + "Connection: keep-alive\r\nConnection: close\r\n\r\n", "GET / @a close"),
    .taken("Proxy-Connection says nothing", get + "Proxy-Connection: close\r\n\r\n", "GET / @a"),
    .taken("trailers", get + "TE: gzip;q=0.5, trailers\r\n\r\n", "GET / @a trailers"),
    .taken("expectation", post + "Content-Length: 1\r\nExpect: 100-Continue\r\n\r\n", "POST / @a length=1 expects"),
    .taken(
        "expectation of a chunked body", post + "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n",
        "POST / @a chunked expects"),
    .taken("expectation without a body", post + "Expect: 100-continue\r\n\r\n", "POST / @a"),
    .taken(
        "expectation of HTTP/1.0", "POST / HTTP/1.0\r\nContent-Length: 1\r\nExpect: x\r\n\r\n",
        "POST / @ length=1 1.0 close"),
    .refused("another expectation", post + "Expect: 200-ok\r\n\r\n", .unsupportedExpectation),
    .refused("two expectations", post + "Expect: 100-continue, x\r\n\r\n", .unsupportedExpectation),
    .taken("WebSocket", get + "Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n\r\n", "GET / @a websocket"),
    .taken("WebSocket that Connection doesn't name", get + "Upgrade: websocket\r\n\r\n", "GET / @a"),
    .taken("WebSocket of a POST", post + "Connection: upgrade\r\nUpgrade: websocket\r\n\r\n", "POST / @a upgrade"),
    .taken(
        "WebSocket with a body", get + "Connection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 1\r\n\r\n",
        "GET / @a length=1 upgrade"),
    .taken(
        "WebSocket of HTTP/1.0", "GET / HTTP/1.0\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
        "GET / @ 1.0 close"),
    .taken(
        "another upgrade", get + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n\r\n",
        "GET / @a upgrade"),
]
