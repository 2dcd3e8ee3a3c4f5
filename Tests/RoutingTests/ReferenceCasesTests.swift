import Foundation
import LoadBalancerModel
import Routing
import Testing

/// The cases that state the matching rules of the Kubernetes documentation as data.
struct ReferenceCasesTests {
    struct PathCase: Decodable, Sendable, CustomTestStringConvertible {
        struct Path: Decodable, Sendable {
            var pathType: PathMatch.Kind
            var path: String
        }

        var paths: [Path]
        var request: String
        var matches: Int?
        var why: String

        var testDescription: String { "\(paths.map(\.path)) \(request): \(why)" }
    }

    struct HostCase: Decodable, Sendable, CustomTestStringConvertible {
        var hosts: [String?]
        var requestHost: String
        var matches: Int?
        var why: String

        var testDescription: String { "\(hosts) \(requestHost): \(why)" }
    }

    struct Cases<Case: Decodable>: Decodable {
        var cases: [Case]

        static func load(_ name: String) throws -> [Case] {
            let url = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: "json"))
            return try JSONDecoder().decode(Self.self, from: Data(contentsOf: url)).cases
        }
    }

    @Test("Every path case gives the documented winner", arguments: try Cases<PathCase>.load("path-matching"))
    func paths(testCase: PathCase) throws {
        let routes =
            testCase.paths.map { Route(host: "example.com", $0.pathType, $0.path) } + [Route(.fallback)]
        let expected = testCase.matches ?? testCase.paths.count
        #expect(try RouteTable(routes: routes).match("example.com", testCase.request) == expected)
    }

    @Test("Every path case holds for rules without a host", arguments: try Cases<PathCase>.load("path-matching"))
    func pathsWithoutHost(testCase: PathCase) throws {
        let routes = testCase.paths.map { Route($0.pathType, $0.path) }
        #expect(try RouteTable(routes: routes).match("example.com", testCase.request) == testCase.matches)
    }

    @Test("Every host case gives the documented winner", arguments: try Cases<HostCase>.load("host-matching"))
    func hosts(testCase: HostCase) throws {
        let routes = testCase.hosts.map { Route(host: $0, .prefix, "/") }
        #expect(try RouteTable(routes: routes).match(testCase.requestHost, "/") == testCase.matches)
    }

    @Test("The files hold as many cases as they always did")
    func counts() throws {
        #expect(try Cases<PathCase>.load("path-matching").count == 27)
        #expect(try Cases<HostCase>.load("host-matching").count == 12)
    }
}
