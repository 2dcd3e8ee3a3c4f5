internal import COpenSSL

/// The error queue that OpenSSL keeps per thread.
enum OpenSSLErrors {
    /// Takes the text of the oldest error and empties the queue.
    static func drain() -> String {
        let code = ERR_get_error()
        ERR_clear_error()
        guard code != 0, let text = ERR_reason_error_string(code) else { return "no reason given" }
        return String(cString: text)
    }

    /// Empties the queue where it holds something, so that `SSL_get_error` judges the next call alone.
    @inline(__always)
    static func discardStale() {
        if ERR_peek_error() != 0 { ERR_clear_error() }
    }
}
