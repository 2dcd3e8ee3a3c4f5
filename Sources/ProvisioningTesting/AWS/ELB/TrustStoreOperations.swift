/// Trust stores, which hold the authorities of clients' certificates.
extension CloudCall {
    mutating func createTrustStore() throws(ServiceFailure) -> AWSValue? {
        let name = required("Name")
        guard !world.trustStores.contains(where: { $0.name == name }) else {
            throw ServiceFailure("DuplicateTrustStoreName", "A trust store with the name '\(name)' already exists")
        }
        guard world.trustStores.count < quotas.trustStores else {
            throw ServiceFailure("TooManyTrustStores", "The maximum number of trust stores has been reached")
        }
        let tags = try tagging.tags(input["Tags"])
        let (bundle, count) = try bundle()
        let arn = world.arn("elasticloadbalancing", "truststore/\(name)/\(world.nextIdentifier())")
        let store = AWSWorld.TrustStore(arn: arn, name: name, bundle: bundle, certificateCount: count, tags: tags)
        world.trustStores[arn] = store
        return ["TrustStores": [answer(store)]]
    }

    mutating func modifyTrustStore() throws(ServiceFailure) -> AWSValue? {
        var store = try trustStore(required("TrustStoreArn"))
        (store.bundle, store.certificateCount) = try bundle()
        world.trustStores[store.arn] = store
        return ["TrustStores": [answer(store)]]
    }

    mutating func deleteTrustStore() throws(ServiceFailure) -> AWSValue? {
        let store = try trustStore(required("TrustStoreArn"))
        guard listeners(trusting: store.arn).isEmpty else {
            throw ServiceFailure("TrustStoreInUse", "The trust store '\(store.arn)' is associated with a listener")
        }
        world.trustStores[store.arn] = nil
        return [:]
    }

    mutating func describeTrustStores() throws(ServiceFailure) -> AWSValue? {
        var found = world.trustStores.values
        if let arns = strings("TrustStoreArns") {
            found = []
            for arn in arns { found.append(try trustStore(arn)) }
        }
        if let names = strings("Names") {
            found = found.filter { names.contains($0.name) }
            guard found.count == Set(names).count else {
                throw ServiceFailure("TrustStoreNotFound", "One or more trust stores not found")
            }
        }
        let (items, next) = try page(found)
        return .object(["TrustStores": .list(items.map { answer($0) }), "NextMarker": next])
    }

    mutating func describeTrustStoreAssociations() throws(ServiceFailure) -> AWSValue? {
        let store = try trustStore(required("TrustStoreArn"))
        let (items, next) = try page(listeners(trusting: store.arn))
        return .object([
            "TrustStoreAssociations": .list(items.map { ["ResourceArn": .string($0.arn)] }), "NextMarker": next,
        ])
    }

    func trustStore(_ arn: String) throws(ServiceFailure) -> AWSWorld.TrustStore {
        guard let found = world.trustStores[arn] else {
            throw ServiceFailure("TrustStoreNotFound", "Trust store '\(arn)' not found")
        }
        return found
    }

    private func listeners(trusting arn: String) -> [AWSWorld.Listener] {
        world.listeners.filter { $0.mutualAuthentication?["TrustStoreArn"]?.string == arn }
    }

    /// The certificates that the call names in S3.
    private func bundle() throws(ServiceFailure) -> (text: String, count: Int) {
        let object = required("CaCertificatesBundleS3Bucket") + "/" + required("CaCertificatesBundleS3Key")
        guard let text = world.objects[object] else {
            throw ServiceFailure(
                "CaCertificatesBundleNotFound", "The CA certificates bundle '\(object)' does not exist")
        }
        let count = PEMCertificate.certificates(in: text).count
        guard (1...quotas.certificatesPerTrustStore).contains(count) else {
            throw ServiceFailure(
                "InvalidCaCertificatesBundle",
                "The bundle must hold 1 to \(quotas.certificatesPerTrustStore) certificates")
        }
        return (text, count)
    }

    private func answer(_ store: AWSWorld.TrustStore) -> AWSValue {
        [
            "Name": .string(store.name), "TrustStoreArn": .string(store.arn), "Status": "ACTIVE",
            "NumberOfCaCertificates": .integer(store.certificateCount), "TotalRevokedEntries": 0,
        ]
    }
}
