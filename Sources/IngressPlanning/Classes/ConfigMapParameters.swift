import KubernetesModel
import LoadBalancerModel

/// Reads the parameters of a class from a ConfigMap, each of whose keys is a field.
enum ConfigMapParameters {
    /// The parameters of a ConfigMap. What is wrong or odd in it is reported on the ConfigMap itself.
    static func read(
        _ configMap: ConfigMap, log: inout DiagnosticLog
    ) -> Result<ResolvedParameters, ParametersFailure> {
        let (spec, findings) = IngressParametersSpec.decode(configMap)
        for finding in findings {
            let place = configMap.places.isEmpty ? "" : "\(finding.location): "
            log.add(
                finding.severity == .error ? .error : .warning, finding.reason.rawValue, on: configMap.reference,
                field: finding.field, "\(place)\(finding.field): \(finding.problem)", value: finding.value,
                remedy: finding.remedy ?? "Correct it")
        }
        guard let spec else {
            return .failure(
                ParametersFailure(
                    reason: ParametersFailure.invalidReason, field: "spec.parameters",
                    finding: "The parameters in the ConfigMap '\(configMap.namespacedName)' are invalid",
                    value: configMap.metadata.name, remedy: "Correct what is reported of the ConfigMap"))
        }
        return .success(ResolvedParameters(spec: spec, source: configMap.reference))
    }
}
