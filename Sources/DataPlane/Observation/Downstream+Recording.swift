import CLinux
import LoadBalancerModel

/// What is kept of a request when it is over.
extension Downstream {
    /// Counts the exchange and writes its line into the access log, once.
    func recordExchange() {
        guard !flags.contains(.recorded), state.pointee.exchange.status != 0 || flags.contains(.truncated) else {
            return
        }
        set(.recorded)
        if flags.contains(.clientLeft) {
            loop.state.pointee.counters.add(.clientsLeft)
            state.pointee.exchange.reason = "the client closed the connection"
            // As nginx has it: the client went away before it got anything of an answer.
            if state.pointee.exchange.bytesSent == 0 { state.pointee.exchange.status = 0 }
        }
        if state.pointee.exchange.status == 0 { state.pointee.exchange.status = 499 }
        let duration = hg_monotonic_microseconds() - state.pointee.exchange.started
        loop.state.pointee.counters.answered(
            status: state.pointee.exchange.status, listener: state.pointee.listener,
            routeSlot: state.pointee.exchange.route?.pointee.metricsSlot, microseconds: duration)
        guard loop.state.pointee.log.isOn else { return }
        // A request that was refused while it was read has no configuration of its own.
        let configuration = state.pointee.exchange.configuration ?? loop.state.pointee.configuration
        let format =
            configuration?.pointee.settings.logFormat ?? loop.state.pointee.environment.options.accessLogFormat
        guard format != .off else { return }
        log(format, duration)
    }

    private func log(_ format: AccessLogSettings.Format, _ duration: Int64) {
        guard let heads = state.pointee.exchange.heads else { return }
        let bytes = state.pointee.exchange.headBytes
        func part(_ range: ByteRange) -> UnsafeRawBufferPointer {
            range.upperBound <= bytes.count
                ? UnsafeRawBufferPointer(rebasing: bytes[range.indices]) : UnsafeRawBufferPointer(start: nil, count: 0)
        }
        func field(_ field: KnownField) -> UnsafeRawBufferPointer {
            part(heads.pointee.request.fields.value(of: field) ?? .empty)
        }
        let line = AccessLogLine(
            wallMicroseconds: hg_wall_microseconds(), durationMicroseconds: duration,
            requestID: state.pointee.exchange.requestID, client: clientAddress(heads),
            isSecure: state.pointee.isSecure, method: part(heads.pointee.request.methodName),
            target: part(heads.pointee.request.target), isHTTP10: heads.pointee.request.version == .http10,
            host: part(heads.pointee.request.host.whole), referer: field(.referer), userAgent: field(.userAgent),
            status: state.pointee.exchange.status, bytesReceived: state.pointee.exchange.bytesReceived,
            bytesSent: state.pointee.exchange.bytesSent,
            ingress: state.pointee.exchange.route?.pointee.details.route.ingress,
            upstream: state.pointee.exchange.upstream?.pointee.target.pointee.address,
            attempts: state.pointee.exchange.attempts, isTruncated: flags.contains(.truncated),
            reason: state.pointee.exchange.reason)
        loop.state.pointee.log.append(now: loop.now, counters: loop.state.pointee.counters) {
            line.write(format, to: &$0)
        }
    }
}
