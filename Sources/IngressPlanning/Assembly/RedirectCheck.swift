import KubernetesModel
import LoadBalancerModel

/// Tells of redirects to HTTPS that lead to a load balancer which doesn't serve it.
///
/// They are made all the same, but for those of `alb.ingress.kubernetes.io/ssl-redirect` on AWS: HTTPS may be served by
/// something in front of the load balancer, as with ingress-nginx's `force-ssl-redirect`. Who has such a thing names its
/// port.
struct RedirectCheck {
    let settings: ClassSettings
    /// Whether one of the standard listeners takes HTTPS.
    let servesHTTPS: Bool

    func report(_ members: [Member], routes: [Route], log: inout DiagnosticLog) {
        if settings.isForAWS { reportLeftOut(members, log: &log) }
        guard !leadsSomewhere else { return }
        let redirected = Set(routes.compactMap { $0.filters.redirectToHTTPS == nil ? nil : $0.ingress })
        for member in members where redirected.contains(member.name) { report(member, log: &log) }
    }

    /// The AWS Load Balancer Controller refuses a redirect of the load balancer to a port that it doesn't listen on.
    private func reportLeftOut(_ members: [Member], log: inout DiagnosticLog) {
        guard let port = settings.asked.redirectPort, !settings.redirectLeadsSomewhere(port: port) else { return }
        for member in members {
            guard let stated = member.settings.balancer.fields[.redirectPort], stated.value == String(port),
                member.settings.redirectToHTTPS == nil
            else { continue }
            log.add(
                .warning, "RedirectWithoutHTTPS", on: member.reference,
                field: "metadata.annotations[\(stated.key)]",
                "The annotation \(stated.key) asks for a redirect to HTTPS on port \(port), on which the load balancer has "
                    + "no listener of HTTPS: nothing is redirected",
                value: stated.value,
                remedy:
                    "add {\"HTTPS\": \(port)} to listen-ports, name a port of HTTPS that is listened on, or remove the "
                    + "annotation")
        }
    }

    private var leadsSomewhere: Bool {
        let isServed = settings.listenerSource == .standard ? servesHTTPS : settings.hasHTTPSListener
        return isServed || settings.parameters.spec.redirectToHTTPS?.port != nil
    }

    private func report(_ member: Member, log: inout DiagnosticLog) {
        let annotation = member.settings.redirectAnnotation ?? member.settings.balancer.fields[.redirectPort]?.key
        let source =
            annotation.map { "The annotation \($0) asks" }
            ?? (settings.asked.redirectPort == nil
                ? "The parameters of its class ask" : "An Ingress of its load balancer asks")
        let listener =
            settings.listenerSource == .standard
            ? "have HTTPS served with --https-address" : "add a listener with the protocol HTTPS to the parameters"
        log.add(
            .warning, "RedirectWithoutHTTPS", on: member.reference,
            field: annotation.map { "metadata.annotations[\($0)]" } ?? "spec.ingressClassName",
            "\(source) for a redirect to HTTPS, but the load balancer has no listener for it: clients are sent to port 443",
            value: annotation.flatMap { member.ingress.metadata.annotations[$0] }
                ?? member.ingress.spec.ingressClassName,
            remedy: "\(listener), name the port on which something else serves it as redirectToHTTPS.port in the "
                + "parameters, or turn the redirect off")
    }
}
