extension BackendPool {
    func validate(_ validator: inout PlanValidator, _ path: String) {
        validator.require(!name.isEmpty, "\(path).name", "the name is empty")
        validator.require(
            (`protocol` == .https) == (tls != nil), "\(path).tls",
            "TLS settings belong to a pool with protocol \"https\", and to no other")
        healthCheck?.validate(&validator, "\(path).healthCheck")
        validator.requirePort(nodePort, "\(path).nodePort")
        validator.requireUnique(
            targets.map { "\($0.address) port \($0.port)" }, { "\(path).targets[\($0)]" }, "the target")
        for (index, target) in targets.enumerated() {
            let place = "\(path).targets[\(index)]"
            validator.require(!target.address.isEmpty, "\(place).address", "the address is empty")
            validator.requirePort(target.port, "\(place).port")
            validator.requireNotNegative(target.weight, "\(place).weight", "shares")
        }
    }
}

extension HealthCheck {
    fileprivate func validate(_ validator: inout PlanValidator, _ place: String) {
        validator.require(path.hasPrefix("/"), "\(place).path", "\"\(path)\" is not an absolute path")
        validator.requirePort(port, "\(place).port")
        validator.requirePositive(intervalMilliseconds, "\(place).intervalMilliseconds", "milliseconds")
        validator.requirePositive(timeoutMilliseconds, "\(place).timeoutMilliseconds", "milliseconds")
        validator.requirePositive(healthyThreshold, "\(place).healthyThreshold", "checks")
        validator.requirePositive(unhealthyThreshold, "\(place).unhealthyThreshold", "checks")
        validator.require(
            Grammar.isStatusCodeList(statusCodes), "\(place).statusCodes",
            "\"\(statusCodes)\" is not a list of status codes and ranges such as \"200-299,301\"")
    }
}

extension StaticSite {
    func validate(_ validator: inout PlanValidator, _ place: String) {
        validator.require(!name.isEmpty, "\(place).name", "the name is empty")
        validator.requireUnique(files.map(\.path), { "\(place).files[\($0)].path" }, "the file")
        for (index, file) in files.enumerated() {
            let path = "\(place).files[\(index)]"
            let elements = file.path.split(separator: "/", omittingEmptySubsequences: false)
            validator.require(
                !elements.contains { $0.isEmpty || $0 == "." || $0 == ".." }, "\(path).path",
                "\"\(file.path)\" is not a path below the site, without a leading slash and without dot segments")
            validator.require(
                Grammar.isSHA256(file.digest), "\(path).digest",
                "\"\(file.digest)\" is not a SHA-256 digest of 64 lower-case hexadecimal digits")
            validator.requireNotNegative(file.size, "\(path).size", "bytes")
            validator.require(
                !file.contentType.isEmpty && Grammar.isFieldValue(file.contentType), "\(path).contentType",
                "the content type is empty or has control characters")
        }
    }
}

extension LoadBalancerAttributes {
    func validate(_ validator: inout PlanValidator, _ path: String) {
        let times = "\(path).timeouts"
        validator.requirePositive(timeouts.requestHeadMilliseconds, "\(times).requestHeadMilliseconds", "milliseconds")
        validator.requirePositive(timeouts.idleMilliseconds, "\(times).idleMilliseconds", "milliseconds")
        validator.requirePositive(timeouts.requestBodyMilliseconds, "\(times).requestBodyMilliseconds", "milliseconds")
        let bounds = "\(path).limits"
        validator.requireNotNegative(limits.maximumRequestBodyBytes, "\(bounds).maximumRequestBodyBytes", "bytes")
        validator.requirePositive(limits.maximumRequestHeadBytes, "\(bounds).maximumRequestHeadBytes", "bytes")
        validator.requirePositive(limits.maximumConnections, "\(bounds).maximumConnections", "connections")
    }
}
