/// A request described by its parts, for explanations and tests.
package struct DescribedRequest: MatchableRequest, Sendable {
    private let methodName: [UInt8]
    private let headers: [(name: [UInt8], value: [UInt8])]
    private let queryText: [UInt8]
    private let address: [UInt8]?

    /// - Parameters:
    ///   - method: the method.
    ///   - headers: field lines; names in any case.
    ///   - query: the query without the `?`.
    ///   - clientAddress: an IPv4 or IPv6 address, without brackets; what is none counts as absent.
    package init(
        method: String = "GET",
        headers: [(name: String, value: String)] = [],
        query: String = "",
        clientAddress: String? = nil
    ) {
        methodName = Array(method.utf8)
        self.headers = headers.map { (Array($0.name.lowercased().utf8), Array($0.value.utf8)) }
        queryText = Array(query.utf8)
        address = clientAddress.flatMap(ClientNetwork.parse)
    }

    package func method(satisfies predicate: (borrowing Span<UInt8>) -> Bool) -> Bool {
        predicate(methodName.span)
    }

    package func header(
        _ name: borrowing Span<UInt8>,
        satisfies predicate: (borrowing Span<UInt8>) -> Bool
    ) -> Bool {
        for header in headers where header.name.span.isEqual(to: name) && predicate(header.value.span) {
            return true
        }
        return false
    }

    package func query(satisfies predicate: (borrowing Span<UInt8>) -> Bool) -> Bool {
        predicate(queryText.span)
    }

    package func clientAddress(satisfies predicate: (borrowing Span<UInt8>) -> Bool) -> Bool {
        guard let address else { return false }
        return predicate(address.span)
    }
}

extension Span<UInt8> {
    /// Whether both hold the same octets.
    func isEqual(to other: borrowing Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in 0..<count where self[index] != other[index] {
            return false
        }
        return true
    }
}
