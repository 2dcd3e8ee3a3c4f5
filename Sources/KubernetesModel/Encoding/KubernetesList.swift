/// A `List` of objects, as `kubectl get -o json` prints one.
package struct KubernetesList<Item: Encodable>: Encodable {
    package var items: [Item]

    package init(_ items: [Item]) {
        self.items = items
    }

    private enum Keys: String, CodingKey { case apiVersion, kind, metadata, items }
    private enum MetadataKeys: String, CodingKey { case resourceVersion }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode("v1", forKey: .apiVersion)
        try container.encode("List", forKey: .kind)
        var metadata = container.nestedContainer(keyedBy: MetadataKeys.self, forKey: .metadata)
        try metadata.encode("", forKey: .resourceVersion)
        try container.encode(items, forKey: .items)
    }
}

extension KubernetesList: Sendable where Item: Sendable {}
