import Testing

@testable import DataPlane

@Suite("The first bytes of a connection")
struct FirstBytesTests {
    static let cases: [([UInt8], FirstBytes?)] = [
        ([], nil), ([0x16], .tls), ([0x16, 0x03, 0x01], .tls), (Array("GET /".utf8), .plainHTTP),
        (Array("PRI *".utf8), .plainHTTP), ([0x00], .unknown), ([0x80, 0x2e], .unknown), (Array("get".utf8), .unknown),
        ([0x15, 0x03], .unknown),
    ]

    @Test("tell TLS, plain HTTP and anything else apart", arguments: cases)
    func judgement(bytes: [UInt8], expected: FirstBytes?) {
        #expect(bytes.withUnsafeBytes { FirstBytes($0) } == expected)
    }
}
