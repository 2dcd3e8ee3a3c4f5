/// What backends are told of the client.
extension Downstream {
    static var replacedRequestFields: FieldSet {
        FieldSet(
            bits: HeadWriter.rewrittenRequestFields.bits | KnownField.xForwardedFor.bit | KnownField.xForwardedHost.bit
                | KnownField.xForwardedProto.bit | KnownField.xForwardedPort.bit | KnownField.xRequestID.bit
                | KnownField.forwarded.bit)
    }

    /// Whether the client's own connection is secure, as far as we know or a trusted proxy says.
    func isSecureForClient() -> Bool { state.pointee.isSecure }

    func writeForwardingFields(
        _ writer: inout HeadWriter, _ heads: UnsafeMutablePointer<ExchangeHeads>, _ bytes: Span<UInt8>
    ) {
        writer.writeField("X-Forwarded-For", state.pointee.peer.text.span)
        writer.writeField("X-Forwarded-Proto", state.pointee.isSecure ? "https" : "http")
        writer.writeField("X-Forwarded-Host", bytes.extracting(heads.pointee.request.host.whole.indices))
        writer.writeField("X-Forwarded-Port", decimal: state.pointee.listenerPort)
        writer.write("X-Request-Id: ")
        writer.writeHexadecimal(state.pointee.exchange.requestID.high, digits: 16)
        writer.writeHexadecimal(state.pointee.exchange.requestID.low, digits: 16)
        writer.writeLineEnd()
    }

    func affinityToken(_ route: UnsafeMutablePointer<CompiledRoute>) -> UInt64? { nil }

    func writeAffinityCookie(
        _ token: UInt64, _ route: UnsafeMutablePointer<CompiledRoute>, _ writer: inout HeadWriter
    ) {}
}
