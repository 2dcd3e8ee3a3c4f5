import Provisioning

/// The pages of a list, fetched one by one as they are asked for.
///
/// A cloud that gives a page's token twice would have a caller go round for ever; that is an error of kind
/// `unexpectedAnswer`.
package struct Pages<Page: Sendable, Token: Hashable & Sendable>: AsyncSequence, Sendable {
    package typealias Element = Page

    private let operation: String
    private let fetch: @Sendable (Token?) async throws -> Page
    private let next: @Sendable (Page) -> Token?

    /// - Parameters:
    ///   - operation: what errors name, such as `elasticloadbalancing:DescribeRules`.
    ///   - fetch: fetches the page that a token stands for; the first one for nil.
    ///   - next: the token of the page after a page; nil where it is the last.
    package init(
        of operation: String,
        fetch: @escaping @Sendable (Token?) async throws -> Page,
        next: @escaping @Sendable (Page) -> Token?
    ) {
        self.operation = operation
        self.fetch = fetch
        self.next = next
    }

    /// The items of all pages.
    package func items<Item>(_ items: (Page) throws -> [Item]) async throws -> [Item] {
        var all: [Item] = []
        for try await page in self { all += try items(page) }
        return all
    }

    package func makeAsyncIterator() -> Iterator { Iterator(pages: self) }

    package struct Iterator: AsyncIteratorProtocol {
        private let pages: Pages
        private var token: Token?
        private var seen: Set<Token> = []
        private var isAtEnd = false

        fileprivate init(pages: Pages) {
            self.pages = pages
        }

        package mutating func next() async throws -> Page? {
            guard !isAtEnd else { return nil }
            // Whatever goes wrong here ends the list.
            isAtEnd = true
            let page = try await pages.fetch(token)
            token = pages.next(page)
            guard let token else { return page }
            guard seen.insert(token).inserted else {
                throw ProviderError(
                    kind: .unexpectedAnswer, operation: pages.operation,
                    message: "the answer names a next page that was there already; the list has no end")
            }
            isAtEnd = false
            return page
        }
    }
}
