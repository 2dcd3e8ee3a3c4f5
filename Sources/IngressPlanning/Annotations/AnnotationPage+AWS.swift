extension AnnotationPage {
    /// What those who come from the AWS Load Balancer Controller need to know.
    static let awsController = """
        ## Coming from the AWS Load Balancer Controller

        Manifests stay as they are: point an IngressClass at `headgate.dev/ingress-controller`, or start Headgate with \
        `--ingress-class alb`, and look at what `headgate plan -f DIR --provider aws` says.

        ### One load balancer, several Ingresses

        What an annotation says of the load balancer as a whole holds for all of its Ingresses, and takes effect with the \
        provider `aws` alone; with others an Info says that it doesn't apply. What the parameters of the class say goes \
        before it, and `--set` before both.

        | the table says | where two Ingresses differ |
        | --- | --- |
        | all agree | the one that comes first decides, and the other gets a Warning |
        | guards it | the one that comes first decides, and the other is left out with an error until they agree: what it \
        had goes on being served |
        | added up | all of it is done |

        First comes the lower `group.order`, then the older Ingress. A value of what guards the load balancer that can't be \
        read stops every change of that load balancer: a slip must not open it. Of one that AWS doesn't know, such as a security \
        group that isn't there, the Ingresses that name it are left out and the load balancer stays guarded as it is. Whatever \
        else of the load balancer AWS doesn't take, such as an idle timeout of 5000 seconds, is left out by itself: the plan \
        names Ingress, annotation and value, and all go on.

        A group (`group.name`) is one of its class. With that controller it is one of the cluster: Ingresses of two classes \
        that name the same group get two load balancers here.

        ### Services

        What is for backends may stand on a Service as well, and goes before what its Ingress says. Other annotations of \
        Services are not read; those of the dialect are told.

        ### Paths

        - A path with `pathType: ImplementationSpecific` that ends in `/*` is a prefix where its Ingress has any annotation \
        of the dialect; without `/*` it is a prefix all the same, where that controller compares it exactly. Write \
        `pathType: Exact` for that.
        - The longest path comes first, whatever the order in the Ingress. Of equal paths, those with conditions come first, \
        then the first one.
        - Conditions with several values become a route for each, and on AWS a rule for each.
        - Values of headers and queries are compared without regard to case on AWS alone; the fidelity report of the plan \
        says so.

        ### Redirects to HTTPS

        `ssl-redirect`, and an action that redirects to the same place over HTTPS, answer plain HTTP alone. Requests over \
        HTTPS take the other rules, as they do with that controller. `ssl-redirect` to a port on which the load balancer has no \
        listener of HTTPS, for want of a certificate too, is left out and told: requests are served, and not sent where nobody \
        answers. `headgate explain` tells what becomes of both.
        """
}
