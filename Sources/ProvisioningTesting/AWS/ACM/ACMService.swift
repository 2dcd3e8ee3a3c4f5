extension CloudService {
    /// AWS Certificate Manager.
    static let acm = CloudService(
        name: "acm", signingName: "acm",
        operations: [
            "ImportCertificate": .write { call throws(ServiceFailure) in try call.importCertificate() },
            "DescribeCertificate": .read { call throws(ServiceFailure) in try call.describeCertificate() },
            "GetCertificate": .read { call throws(ServiceFailure) in try call.getCertificate() },
            "ListCertificates": .read { call throws(ServiceFailure) in try call.listCertificates() },
            "DeleteCertificate": .write { call throws(ServiceFailure) in try call.deleteCertificate() },
            "AddTagsToCertificate": .write { call throws(ServiceFailure) in try call.addTagsToCertificate() },
            "RemoveTagsFromCertificate": .write { call throws(ServiceFailure) in
                try call.removeTagsFromCertificate()
            },
            "ListTagsForCertificate": .read { call throws(ServiceFailure) in try call.listTagsForCertificate() },
        ])
}
