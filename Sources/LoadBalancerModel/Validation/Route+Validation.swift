extension Route {
    func validate(_ validator: inout PlanValidator, _ path: String, references: RouteReferences) {
        match.validate(&validator, "\(path).match")
        filters.validate(&validator, "\(path).filters")
        action.validate(&validator, "\(path).action", references: references)
    }
}

extension RouteMatch {
    fileprivate func validate(_ validator: inout PlanValidator, _ place: String) {
        if let host {
            validator.require(
                Grammar.isHostPattern(host), "\(place).host",
                "\"\(host)\" is neither a host name in lower case nor \"*.\" and one")
        }
        path.validate(&validator, "\(place).path")
        for (index, header) in headers.enumerated() {
            validator.require(
                Grammar.isToken(header.name), "\(place).headers[\(index)].name",
                "\"\(header.name)\" is not the name of a header field")
        }
        for (index, parameter) in queryParameters.enumerated() {
            validator.require(
                !parameter.name.isEmpty || parameter.kind != .present, "\(place).queryParameters[\(index)].name",
                "a parameter that must only be there has no name")
        }
        for (index, method) in methods.enumerated() {
            validator.require(
                Grammar.isToken(method), "\(place).methods[\(index)]", "\"\(method)\" is not an HTTP method")
        }
    }
}

extension PathMatch {
    fileprivate func validate(_ validator: inout PlanValidator, _ place: String) {
        switch kind {
        case .exact, .prefix:
            validator.require(
                value.hasPrefix("/"), "\(place).value", "\"\(value)\" is not an absolute path: it must start with \"/\""
            )
        case .pattern:
            validator.require(
                value.hasPrefix("/") || value.hasPrefix("*"), "\(place).value",
                "\"\(value)\" is not a pattern for paths: it must start with \"/\" or \"*\"")
        case .regularExpression, .expression:
            validator.require(!value.isEmpty, "\(place).value", "the expression is empty")
        case .fallback:
            validator.require(
                value.isEmpty, "\(place).value", "\"\(value)\" stands where a match of type \"Default\" takes none")
        }
    }
}

extension RouteFilters {
    fileprivate func validate(_ validator: inout PlanValidator, _ path: String) {
        if let redirectToHTTPS {
            let place = "\(path).redirectToHTTPS"
            validator.require(
                Redirect.statusCodes.contains(redirectToHTTPS.statusCode), "\(place).statusCode",
                Redirect.statusCodeMessage(redirectToHTTPS.statusCode))
            validator.requirePort(redirectToHTTPS.port, "\(place).port")
        }
        if let rewrite {
            validator.require(
                (rewrite.kind == .substitution) == (rewrite.expression != nil), "\(path).rewrite.expression",
                "an expression belongs to a rewrite of type \"Substitution\", and to no other")
        }
        validator.requireNotNegative(maximumRequestBodyBytes, "\(path).maximumRequestBodyBytes", "bytes")
        validator.requireNotNegative(poolAffinitySeconds, "\(path).poolAffinitySeconds", "seconds")
        timeouts.validate(&validator, "\(path).timeouts")
        if let affinity {
            validator.require(
                Grammar.isToken(affinity.cookieName), "\(path).affinity.cookieName",
                "\"\(affinity.cookieName)\" is not the name of a cookie")
        }
        for (index, header) in secureResponseHeaders.enumerated() {
            let place = "\(path).secureResponseHeaders[\(index)]"
            validator.require(
                Grammar.isToken(header.name), "\(place).name", "\"\(header.name)\" is not the name of a header field")
            validator.require(
                Grammar.isFieldValue(header.value), "\(place).value", "the value has control characters")
        }
    }
}

extension RouteTimeouts {
    fileprivate func validate(_ validator: inout PlanValidator, _ path: String) {
        validator.requirePositive(connectMilliseconds, "\(path).connectMilliseconds", "milliseconds")
        validator.requirePositive(readMilliseconds, "\(path).readMilliseconds", "milliseconds")
        validator.requirePositive(sendMilliseconds, "\(path).sendMilliseconds", "milliseconds")
    }
}

extension RouteAction {
    fileprivate func validate(_ validator: inout PlanValidator, _ path: String, references: RouteReferences) {
        switch self {
        case .forward(let pools):
            validator.require(!pools.isEmpty, "\(path).pools", "a forward needs at least one pool")
            for (index, weighted) in pools.enumerated() {
                validator.require(
                    references.pools.contains(weighted.pool), "\(path).pools[\(index)].pool",
                    "\"\(weighted.pool)\" is no pool of the plan")
                validator.requireNotNegative(weighted.weight, "\(path).pools[\(index)].weight", "shares")
            }
        case .redirect(let redirect):
            validator.require(
                Redirect.statusCodes.contains(redirect.statusCode), "\(path).redirect.statusCode",
                Redirect.statusCodeMessage(redirect.statusCode))
            validator.require(
                !redirect.location.isEmpty && Grammar.isFieldValue(redirect.location), "\(path).redirect.location",
                "the location is empty or has control characters")
            if let authority = redirect.authority {
                validator.require(
                    authority.contains("//") && Grammar.isFieldValue(authority) && redirect.location.hasPrefix("/"),
                    "\(path).redirect.authority",
                    "an authority begins with \"//\" or a scheme, and stands before a location that is a path")
            }
        case .fixedResponse(let response):
            validator.require(
                (200...599).contains(response.statusCode), "\(path).response.statusCode",
                "\(response.statusCode) is not a final status code: it must be from 200 to 599")
        case .staticSite(let action):
            validator.require(
                references.staticSites.contains(action.site), "\(path).site.site",
                "\"\(action.site)\" is no static site of the plan")
            validator.require(
                action.mountPath.hasPrefix("/"), "\(path).site.mountPath",
                "\"\(action.mountPath)\" is not an absolute path")
        case .storageBucket(let action):
            validator.require(
                references.pools.contains(action.pool), "\(path).bucket.pool",
                "\"\(action.pool)\" is no pool of the plan")
            validator.require(
                action.keyPrefix.hasPrefix("/"), "\(path).bucket.keyPrefix",
                "\"\(action.keyPrefix)\" is not an absolute path")
            validator.require(
                action.mountPath.hasPrefix("/"), "\(path).bucket.mountPath",
                "\"\(action.mountPath)\" is not an absolute path")
        }
    }
}

extension Redirect {
    fileprivate static let statusCodes: Set<Int> = [301, 302, 303, 307, 308]

    fileprivate static func statusCodeMessage(_ code: Int) -> String {
        "\(code) is not a redirect: it must be 301, 302, 303, 307 or 308"
    }
}
