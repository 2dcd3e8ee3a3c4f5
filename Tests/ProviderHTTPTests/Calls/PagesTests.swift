import ProviderHTTP
import Provisioning
import Synchronization
import Testing

@Suite("Pages")
struct PagesTests {
    private struct Page {
        let items: [Int]
        let next: String?
    }

    private static func pages(_ byToken: [String: Page]) -> Pages<Page, String> {
        Pages(of: "s:List", fetch: { byToken[$0 ?? ""] ?? Page(items: [], next: nil) }, next: \.next)
    }

    @Test("All items are gathered in order")
    func items() async throws {
        let pages = Self.pages([
            "": Page(items: [1, 2], next: "a"), "a": Page(items: [], next: "b"), "b": Page(items: [3], next: nil),
        ])
        #expect(try await pages.items(\.items) == [1, 2, 3])
    }

    @Test("A page is fetched only when it is asked for")
    func laziness() async throws {
        let fetched = Mutex(0)
        let pages = Pages<Int, Int>(
            of: "s:List",
            fetch: { token in
                fetched.withLock { $0 += 1 }
                return token ?? 0
            }, next: { $0 + 1 })
        for try await page in pages where page == 2 { break }
        #expect(fetched.withLock { $0 } == 3)
    }

    @Test("A token that comes twice is an error, not a list without end")
    func endlessList() async {
        let pages = Self.pages(["": Page(items: [1], next: "a"), "a": Page(items: [2], next: "a")])
        let error = await providerError { try await pages.items(\.items) }
        #expect(error?.kind == .unexpectedAnswer)
        #expect(error?.operation == "s:List")
    }

    @Test("A page that can't be fetched ends the list with its error")
    func failure() async {
        struct Lost: Error {}
        let pages = Pages<Int, Int>(of: "s:List", fetch: { _ in throw Lost() }, next: { $0 })
        await #expect(throws: Lost.self) { try await pages.items { [$0] } }
    }
}
