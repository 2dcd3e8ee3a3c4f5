import Foundation
import LoadBalancerModel

/// Says what is odd about certificates that are served nevertheless.
enum CertificateWarnings {
    /// Reports the findings of a certificate on the object that names its Secret.
    static func report(
        _ stored: StoredCertificate, on object: ObjectReference, field: String, now: Date, log: inout DiagnosticLog
    ) {
        for finding in stored.certificate.findings(at: now) {
            switch finding {
            case .expired(let date):
                log.add(
                    .warning, "CertificateExpired", on: object, field: field,
                    "The certificate of the Secret '\(stored.secret)' expired at \(text(date)) and is served "
                        + "nevertheless", value: stored.secret.name, remedy: "renew it")
            case .notYetValid(let date):
                log.add(
                    .warning, "CertificateNotYetValid", on: object, field: field,
                    "The certificate of the Secret '\(stored.secret)' is not valid before \(text(date)) and is served "
                        + "nevertheless", value: stored.secret.name, remedy: "check the clock, or wait")
            }
        }
    }

    private static func text(_ date: Date) -> String {
        date.formatted(.iso8601)
    }
}
