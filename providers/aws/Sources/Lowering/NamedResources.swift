/// What settings name and AWS would refuse.
///
/// Each answer says what is wrong and the remedy; it is nil where nothing is, and where that couldn't be looked up: then
/// AWS says so when it is asked to make it.
extension AWSEnvironment {
    /// What keeps a certificate from being a listener's.
    ///
    /// Its key never does: "Application Load Balancer supports all of the algorithms available from ACM"
    /// (https://docs.aws.amazon.com/acm/latest/userguide/import-certificate-prerequisites.html). A certificate of IAM is
    /// taken as it is named.
    func problem(certificate arn: String) -> String? {
        guard let name = CertificateName(arn) else {
            if let name = AmazonResourceName(arn), name.service == "iam",
                name.resource.hasPrefix("server-certificate/")
            {
                return nil
            }
            return "that is no certificate of ACM; give an ARN such as "
                + "arn:\(partition):acm:\(region):\(account):certificate/ID"
        }
        guard name.region == region else {
            return "it is of \(name.region), and a load balancer of \(region) takes certificates of its own region "
                + "alone; request or import it in \(region), and name that"
        }
        if missingCertificates.contains(arn) {
            return "there is no such certificate in \(region); correct its ARN, or request or import it there"
        }
        guard let found = certificate(arn), found.status != "ISSUED" else { return nil }
        return "ACM says that it is \(found.status)" + Self.remedy(found)
    }

    /// https://docs.aws.amazon.com/acm/latest/APIReference/API_CertificateDetail.html
    private static func remedy(_ certificate: Certificate) -> String {
        switch certificate.status {
        case "PENDING_VALIDATION": "; prove that its domains are yours, or name another"
        case "EXPIRED":
            (certificate.notAfter.map { " since \($0)" } ?? "") + "; renew it, or import one anew under its ARN"
        default: "; name one that is ISSUED"
        }
    }

    /// What keeps a web ACL from being a load balancer's.
    func problem(webACL arn: String) -> String? {
        guard let name = WebACLName(arn) else {
            return "\(arn) is no web ACL of WAFv2; give an ARN such as "
                + "arn:\(partition):wafv2:\(region):\(account):regional/webacl/NAME/ID"
        }
        guard name.scope == "regional" else {
            return "\(arn) is a web ACL for CloudFront, and a load balancer takes a regional one; make one in \(region)"
        }
        guard name.region == region else {
            return "\(arn) is of \(name.region), and a load balancer of \(region) takes web ACLs of its own region "
                + "alone; make one in \(region)"
        }
        guard missingWebACLs.contains(arn) else { return nil }
        return "there is no web ACL \(arn) in \(region); correct its ARN, or make it"
    }

    /// What keeps a security policy from being a listener's.
    func problem(securityPolicy name: String) -> String? {
        guard missingSecurityPolicies.contains(name) else { return nil }
        return "there is no security policy \(name) in \(region); name one of those that "
            + "aws elbv2 describe-ssl-policies lists"
    }
}
