package import ProviderHTTP

/// An operation of AWS's API that the provider calls. It calls no other: a call can't be made but by naming one of these.
///
/// The least-privilege policy (`providers/aws/iam-policy.json`) is held against this table in a test.
package enum AWSOperation: String, CaseIterable, Sendable {
    case describeLoadBalancers = "DescribeLoadBalancers"
    case describeLoadBalancerAttributes = "DescribeLoadBalancerAttributes"
    case describeListeners = "DescribeListeners"
    case describeListenerAttributes = "DescribeListenerAttributes"
    case describeListenerCertificates = "DescribeListenerCertificates"
    case describeRules = "DescribeRules"
    case describeTargetGroups = "DescribeTargetGroups"
    case describeTargetGroupAttributes = "DescribeTargetGroupAttributes"
    case describeTargetHealth = "DescribeTargetHealth"
    case describeTrustStores = "DescribeTrustStores"
    case describeSSLPolicies = "DescribeSSLPolicies"
    case describeTags = "DescribeTags"
    case describeAccountLimits = "DescribeAccountLimits"

    case createLoadBalancer = "CreateLoadBalancer"
    case modifyLoadBalancerAttributes = "ModifyLoadBalancerAttributes"
    case setSubnets = "SetSubnets"
    case setSecurityGroups = "SetSecurityGroups"
    case setIPAddressType = "SetIpAddressType"
    case deleteLoadBalancer = "DeleteLoadBalancer"
    case createListener = "CreateListener"
    case modifyListener = "ModifyListener"
    case modifyListenerAttributes = "ModifyListenerAttributes"
    case addListenerCertificates = "AddListenerCertificates"
    case removeListenerCertificates = "RemoveListenerCertificates"
    case deleteListener = "DeleteListener"
    case createRule = "CreateRule"
    case modifyRule = "ModifyRule"
    case setRulePriorities = "SetRulePriorities"
    case deleteRule = "DeleteRule"
    case createTargetGroup = "CreateTargetGroup"
    case modifyTargetGroup = "ModifyTargetGroup"
    case modifyTargetGroupAttributes = "ModifyTargetGroupAttributes"
    case deleteTargetGroup = "DeleteTargetGroup"
    case registerTargets = "RegisterTargets"
    case deregisterTargets = "DeregisterTargets"
    case createTrustStore = "CreateTrustStore"
    case modifyTrustStore = "ModifyTrustStore"
    case deleteTrustStore = "DeleteTrustStore"
    case addTags = "AddTags"
    case removeTags = "RemoveTags"

    case describeVPCs = "DescribeVpcs"
    case describeSubnets = "DescribeSubnets"
    case describeRouteTables = "DescribeRouteTables"
    case describeInstances = "DescribeInstances"
    case describeSecurityGroups = "DescribeSecurityGroups"
    case createSecurityGroup = "CreateSecurityGroup"
    case deleteSecurityGroup = "DeleteSecurityGroup"
    case authorizeSecurityGroupIngress = "AuthorizeSecurityGroupIngress"
    case authorizeSecurityGroupEgress = "AuthorizeSecurityGroupEgress"
    case revokeSecurityGroupIngress = "RevokeSecurityGroupIngress"
    case createTags = "CreateTags"
    case deleteTags = "DeleteTags"

    case listCertificates = "ListCertificates"
    case describeCertificate = "DescribeCertificate"
    case listTagsForCertificate = "ListTagsForCertificate"
    case importCertificate = "ImportCertificate"
    case addTagsToCertificate = "AddTagsToCertificate"
    case removeTagsFromCertificate = "RemoveTagsFromCertificate"
    case deleteCertificate = "DeleteCertificate"

    case getWebACL = "GetWebACL"
    case getWebACLForResource = "GetWebACLForResource"
    case listResourcesForWebACL = "ListResourcesForWebACL"
    case associateWebACL = "AssociateWebACL"
    case disassociateWebACL = "DisassociateWebACL"

    case getResources = "GetResources"
    case getCallerIdentity = "GetCallerIdentity"

    package var service: AWSService {
        switch self {
        case .describeLoadBalancers, .describeLoadBalancerAttributes, .describeListeners, .describeListenerAttributes,
            .describeListenerCertificates, .describeRules, .describeTargetGroups, .describeTargetGroupAttributes,
            .describeTargetHealth, .describeTrustStores, .describeSSLPolicies, .describeTags, .describeAccountLimits,
            .createLoadBalancer, .modifyLoadBalancerAttributes, .setSubnets, .setSecurityGroups, .setIPAddressType,
            .deleteLoadBalancer,
            .createListener, .modifyListener, .modifyListenerAttributes, .addListenerCertificates,
            .removeListenerCertificates, .deleteListener, .createRule, .modifyRule, .setRulePriorities, .deleteRule,
            .createTargetGroup, .modifyTargetGroup, .modifyTargetGroupAttributes, .deleteTargetGroup,
            .registerTargets, .deregisterTargets, .createTrustStore, .modifyTrustStore, .deleteTrustStore, .addTags,
            .removeTags:
            .elasticLoadBalancing
        case .describeVPCs, .describeSubnets, .describeRouteTables, .describeInstances, .describeSecurityGroups,
            .createSecurityGroup, .deleteSecurityGroup, .authorizeSecurityGroupIngress, .authorizeSecurityGroupEgress,
            .revokeSecurityGroupIngress, .createTags, .deleteTags:
            .ec2
        case .listCertificates, .describeCertificate, .listTagsForCertificate, .importCertificate,
            .addTagsToCertificate, .removeTagsFromCertificate, .deleteCertificate:
            .certificateManager
        case .getWebACL, .getWebACLForResource, .listResourcesForWebACL, .associateWebACL, .disassociateWebACL:
            .webApplicationFirewall
        case .getResources: .tagging
        case .getCallerIdentity: .securityToken
        }
    }

    /// Whether it changes anything.
    package var kind: CallKind {
        let readers = ["Describe", "List", "Get"]
        return readers.contains(where: rawValue.hasPrefix) ? .read : .write
    }

    /// Whether it may be sent again when it is unknown if it took effect.
    ///
    /// Elastic Load Balancing says of all its operations that they take effect at most once; where a repetition is
    /// refused for that, what is there is looked up and taken. A second import would make a second certificate, and EC2
    /// refuses what is authorized or revoked already: the step as a whole is done again, which looks first.
    package var isIdempotent: Bool {
        switch self {
        case .importCertificate, .authorizeSecurityGroupIngress, .authorizeSecurityGroupEgress,
            .revokeSecurityGroupIngress:
            false
        default: true
        }
    }

    /// What IAM calls the permissions that it takes.
    package var permissions: [String] {
        let prefix = service == .tagging ? "tag" : service.rawValue
        let own = "\(prefix):\(rawValue)"
        return switch self {
        // Nobody can be denied to ask who they are.
        case .getCallerIdentity: []
        // The first load balancer of an account makes the role that Elastic Load Balancing works by.
        case .createLoadBalancer: [own, "elasticloadbalancing:AddTags", "iam:CreateServiceLinkedRole"]
        case .createListener, .createRule, .createTargetGroup, .createTrustStore: [own, "elasticloadbalancing:AddTags"]
        case .createSecurityGroup: [own, "ec2:CreateTags"]
        case .importCertificate: [own, "acm:AddTagsToCertificate"]
        // What WAF asks of a load balancer, in its older and its newer names, as the service authorization reference lists
        // them for these operations; the web ACL that is told must be one that may be read.
        case .getWebACLForResource: [own, "wafv2:GetWebACL", "elasticloadbalancing:GetLoadBalancerWebACL"]
        case .listResourcesForWebACL: [own, "elasticloadbalancing:DescribeWebACLAssociation"]
        case .associateWebACL: [own, "elasticloadbalancing:SetWebAcl", "elasticloadbalancing:CreateWebACLAssociation"]
        case .disassociateWebACL:
            [own, "elasticloadbalancing:SetWebAcl", "elasticloadbalancing:DeleteWebACLAssociation"]
        default: [own]
        }
    }
}
