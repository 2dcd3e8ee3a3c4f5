/// What the conditions of a route ask of a request.
///
/// The values are lent to a closure rather than returned, so that a request that lies in a receive buffer conforms
/// without copying anything. Where a request lacks the thing asked for, the closure is not called and the answer is
/// `false`.
package protocol MatchableRequest: ~Copyable {
    /// Whether `predicate` holds for the method, as it came.
    borrowing func method(satisfies predicate: (borrowing Span<UInt8>) -> Bool) -> Bool

    /// Whether `predicate` holds for the value of any field line of the given name, which is in lower case. Values have
    /// no white space around them.
    borrowing func header(_ name: borrowing Span<UInt8>, satisfies predicate: (borrowing Span<UInt8>) -> Bool) -> Bool

    /// Whether `predicate` holds for the query, as it came, without the `?`.
    borrowing func query(satisfies predicate: (borrowing Span<UInt8>) -> Bool) -> Bool

    /// Whether `predicate` holds for the address of the client: 4 or 16 octets in network order.
    borrowing func clientAddress(satisfies predicate: (borrowing Span<UInt8>) -> Bool) -> Bool
}

/// A request of which nothing but host and path is known: only routes without further conditions take it.
package struct PlainRequest: MatchableRequest, Sendable {
    package init() {}

    package func method(satisfies predicate: (borrowing Span<UInt8>) -> Bool) -> Bool { false }

    package func header(
        _ name: borrowing Span<UInt8>,
        satisfies predicate: (borrowing Span<UInt8>) -> Bool
    ) -> Bool { false }

    package func query(satisfies predicate: (borrowing Span<UInt8>) -> Bool) -> Bool { false }

    package func clientAddress(satisfies predicate: (borrowing Span<UInt8>) -> Bool) -> Bool { false }
}
