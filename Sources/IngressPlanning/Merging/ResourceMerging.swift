import LoadBalancerModel

/// Puts together what the routes of several plans refer to. A pool that has the name of another plan's and differs from
/// it gets the name of its load balancer behind it.
struct ResourceMerging {
    /// The plans, whose routes refer to what is merged.
    private(set) var plans: [LoadBalancerPlan]
    /// Ordered by name.
    let pools: [BackendPool]
    /// Ordered by name.
    let staticSites: [StaticSite]
    /// Ordered by fingerprint.
    let certificates: [CertificateReference]

    init(_ plans: [LoadBalancerPlan]) {
        var plans = plans
        var pools: [String: BackendPool] = [:]
        var sites: [String: StaticSite] = [:]
        var certificates: [String: CertificateReference] = [:]
        for index in plans.indices {
            var poolNames: [String: String] = [:]
            for var pool in plans[index].pools {
                let name = pool.name
                if let other = pools[name], other != pool { pool.name = "\(name)@\(plans[index].name)" }
                if pool.name != name { poolNames[name] = pool.name }
                pools[pool.name] = pool
            }
            var siteNames: [String: String] = [:]
            for var site in plans[index].staticSites {
                let name = site.name
                if let other = sites[name], other != site { site.name = "\(name)@\(plans[index].name)" }
                if site.name != name { siteNames[name] = site.name }
                sites[site.name] = site
            }
            if !poolNames.isEmpty || !siteNames.isEmpty {
                for route in plans[index].routes.indices {
                    plans[index].routes[route].action.rename(pools: poolNames, sites: siteNames)
                }
            }
            for certificate in plans[index].certificates where certificates[certificate.fingerprint] == nil {
                certificates[certificate.fingerprint] = certificate
            }
        }
        self.plans = plans
        self.pools = pools.values.sorted { $0.name < $1.name }
        self.staticSites = sites.values.sorted { $0.name < $1.name }
        self.certificates = certificates.values.sorted { $0.fingerprint < $1.fingerprint }
    }
}
