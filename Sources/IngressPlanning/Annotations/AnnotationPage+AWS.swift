extension AnnotationPage {
    /// What those who come from the AWS Load Balancer Controller need to know.
    static let awsController = """
        ## Coming from the AWS Load Balancer Controller

        Manifests stay as they are: point an IngressClass at `headgate.dev/ingress-controller`, or start Headgate with \
        `--ingress-class alb`, and look at what `headgate plan -f DIR --provider aws` says. `IngressClassParams` aren't read, \
        and nothing of a class that names them is provisioned: give it `ClusterIngressParameters`, or take \
        `spec.parameters` out.

        ### One load balancer, several Ingresses

        What an annotation says of the load balancer as a whole holds for all of its Ingresses, and takes effect with the \
        provider `aws` alone; with others an Info says that it doesn't apply, and a Warning where access isn't restricted. \
        What the parameters of the class say goes before it, and `--set` before both, also where the setting's name is \
        another: `inboundCIDRs` goes before `inbound-cidrs`, `deletionProtection` before `deletion_protection.enabled`. A \
        Warning `ParametersDecide` says so. A security policy is compared with `tls.minimumVersion`: one that takes no \
        older versions is in force.

        | the table says | where two Ingresses differ |
        | --- | --- |
        | all agree | the one that comes first decides, and the other gets a Warning |
        | guards it | the older one decides, and the younger is left out with an error until they agree |
        | added up | all of it is done |

        First comes the lower `group.order`, then the older Ingress. What guards the load balancer is decided by age alone \
        (creation time, then namespace and name), so that a newcomer can't displace what is live.

        Of an Ingress that is left out nothing new is served; what it had before goes on only as long as the guards of the \
        load balancer don't open to others. The guards that it alone asks for stay as they stand on AWS: nothing opens or \
        closes for it.

        An Ingress that says nothing of a guard takes what another asks for, as in the groups of that controller; an Info \
        `GuardForAll` names for whom it holds that didn't ask.

        Where neither the parameters nor an Ingress say the `scheme`, the oldest Ingress decides that as well: if it has an annotation \
        of this dialect the load balancer is internal, as with that controller; else it is internet-facing. One that exists keeps its scheme, whoever comes or goes. A Warning \
        `SchemeNotStated` tells the Ingresses that may have the other in mind.

        An Ingress with a guard that can't be read is left out alone, and its neighbours go on. Where no other Ingress and \
        no parameter decides that guard, it too stays as it stands; a load balancer that isn't there yet is made with \
        private addresses where the unreadable value is that of `scheme`. An Ingress that names a security group, a trust \
        store, a web ACL or a security policy that isn't there is left out likewise.

        So is one that would be served otherwise than it asks for: whose `group.name`, `listen-ports`, `ssl-redirect`, \
        `target-type`, `backend-protocol`, `backend-protocol-version`, actions, conditions or transforms can't be read, or that asks for \
        authentication (`auth-type`, `jwt-validation`), prefix lists or a web ACL by name, which aren't supported. What it \
        has goes on as it was, on its ports, and with a group that can't be read in whatever group that is: no load \
        balancer of its class is taken away meanwhile. Other Ingresses that an \
        `ssl-redirect` which can't be read any more redirected go on being redirected.

        A certificate of `certificate-arn` that isn't there, is of another region or isn't issued is left out by itself. The \
        default certificate that the listeners have stays in its place until there is another.

        Whatever else of the load balancer AWS doesn't take, such as an idle timeout of 5000 seconds, is left out by itself: \
        the plan names Ingress, annotation, value and remedy, and all go on.

        A group (`group.name`) is one of its class. With that controller it is one of the cluster: Ingresses of two classes \
        that name the same group get two load balancers here.

        ### Ports

        Every rule of a load balancer is served on all of its ports, where that controller serves the rules of an Ingress on \
        the ports of the Ingress alone. So the guards of an Ingress go with its rules: `inbound-cidrs` holds on every port, \
        and `mutual-authentication` on the HTTPS ports that the Ingress doesn't ask for itself too. An Ingress that asks for \
        something else there contradicts it; one that says nothing gets a Warning `SharedGuard`. Give Ingresses that need \
        different guards groups of their own.

        ### Services

        What is for backends may stand on a Service as well, and goes before what its Ingress says. Other annotations of \
        Services are not read; those of the dialect are told.

        ### Paths

        - A path with `pathType: ImplementationSpecific` and a `*` or `?` in it is a path pattern of ALB where its Ingress has \
        any annotation of the dialect: `*` stands for any text, also with slashes or none, `?` for one character, and case \
        counts. `/img/*` takes `/img/` and what is below it, and not `/img`; `/*` takes everything. The software load \
        balancer compares it in the same way. On a host with regular expressions (`use-regex`) it is the expression that \
        says it, and case doesn't count.
        - Without a wildcard `ImplementationSpecific` is `Prefix`, where that controller compares it exactly. Write \
        `pathType: Exact` for that.
        - The path that names most characters comes first, wildcards not counted, whatever the order in the Ingress; of as \
        many, `Exact` comes before `Prefix` and `Prefix` before patterns. Of equal paths, those with conditions come first, \
        then the first one.
        - Host expressions of conditions (`regexValues`, and wildcards elsewhere than in the first label) take requests for \
        hosts that no rule names; case and port don't count. Path expressions are searched for with regard to case.
        - Conditions with several values become a route for each, and on AWS a rule for each.
        - Values of headers and queries are compared without regard to case on AWS alone; the fidelity report of the plan \
        says so.

        ### Redirects to HTTPS

        `ssl-redirect`, and an action that redirects to the same place over HTTPS, answer plain HTTP alone. Requests over \
        HTTPS take the other rules, as they do with that controller. `ssl-redirect` to a port on which the load balancer has no \
        listener of HTTPS is left out and told: requests are served, and not sent where nobody answers. Where the listener \
        is asked for and there is no certificate for it, the other Ingresses of the load balancer aren't redirected; those \
        that ask for the redirect are, so that they are never served by plain HTTP. `headgate explain` tells what becomes of both.
        """
}
