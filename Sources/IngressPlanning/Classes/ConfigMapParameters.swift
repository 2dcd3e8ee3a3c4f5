import KubernetesModel
import LoadBalancerModel

/// Reads the parameters of a class from a ConfigMap, each of whose keys is a field.
enum ConfigMapParameters {
    static func read(_ configMap: ConfigMap) -> Result<ResolvedParameters, ParametersFailure> {
        .failure(
            ParametersFailure(
                reason: "InvalidParameters", field: "spec.parameters", finding: "The ConfigMap was not read",
                remedy: "use IngressParameters"))
    }
}
