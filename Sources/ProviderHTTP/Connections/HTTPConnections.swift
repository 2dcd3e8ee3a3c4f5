internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL
import Synchronization

/// The connections to the endpoints of a cloud, kept open between calls and shared by the transports of its services.
///
/// Redirects are never followed: a signed call is meant for its endpoint alone.
package final class HTTPConnections: CallSender {
    private let direct: HTTPClient
    private let proxied: [ProxySettings.Proxy: HTTPClient]
    private let configuration: ConnectionConfiguration
    private let time: any TimeSource
    private let isShutDown = Atomic(false)

    /// - Parameter time: what the time limits of calls are measured by.
    package init(configuration: ConnectionConfiguration, time: any TimeSource = SystemTime()) {
        self.configuration = configuration
        self.time = time
        direct = Self.client(configuration, proxy: nil)
        proxied = Dictionary(
            uniqueKeysWithValues: configuration.proxies.proxies.map { ($0, Self.client(configuration, proxy: $0)) })
    }

    /// Runs `body` with connections that are closed after it, however it ends.
    package static func open<Result>(
        configuration: ConnectionConfiguration,
        _ body: (HTTPConnections) async throws -> Result
    ) async throws -> Result {
        let connections = HTTPConnections(configuration: configuration)
        let result: Result
        do {
            result = try await body(connections)
        } catch {
            await connections.shutdown()
            throw error
        }
        await connections.shutdown()
        return result
    }

    /// Closes all connections; calls that are under way fail. Must be called before the last reference goes, once or
    /// more often.
    package func shutdown() async {
        guard !isShutDown.exchange(true, ordering: .acquiringAndReleasing) else { return }
        for client in [direct] + proxied.values {
            // It throws where calls were under way or the client is closed already; either way it is closed now.
            try? await client.shutdown()
        }
    }

    package func send(_ call: APICall, timeLimit: Duration, answerSizeLimit: Int) async throws -> APIResponse {
        guard let endpoint = Endpoint(url: call.url) else {
            throw SendFailure(.invalidCall, detail: "its URL is not one of http or https")
        }
        let proxy = configuration.proxies.proxy(for: endpoint)
        let client = proxy.flatMap { proxied[$0] } ?? direct
        let request = request(for: call)
        do {
            return try await withThrowingTaskGroup(of: APIResponse.self) { group in
                defer { group.cancelAll() }
                group.addTask { try await Self.exchange(request, over: client, timeLimit, answerSizeLimit) }
                group.addTask { [time] in
                    try await time.sleep(for: timeLimit)
                    throw SendFailure(.timedOut(limit: timeLimit))
                }
                guard let response = try await group.next() else { throw CancellationError() }
                return response
            }
        } catch {
            try Task.checkCancellation()
            let failure = SendFailure(describing: error, answerSizeLimit: answerSizeLimit)
            guard let proxy, failure.cause == .notConnected else { throw failure }
            throw SendFailure(.notConnected, detail: "\(failure.detail) by way of the proxy \(proxy)")
        }
    }

    private static func exchange(
        _ request: HTTPClientRequest, over client: HTTPClient, _ timeLimit: Duration, _ answerSizeLimit: Int
    ) async throws -> APIResponse {
        // The race against the clock ends the exchange; this only keeps the library from waiting for ever.
        let backstop = NIODeadline.now() + TimeAmount(timeLimit) + .minutes(1)
        let response = try await client.execute(request, deadline: backstop)
        let body = try await response.body.collect(upTo: answerSizeLimit)
        return APIResponse(
            status: Int(response.status.code),
            headers: response.headers.map { ($0.name, $0.value) },
            body: Array(body.readableBytesView))
    }

    private func request(for call: APICall) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: call.url)
        request.method = HTTPMethod(rawValue: call.method)
        request.headers = HTTPHeaders(call.headers.map { ($0.name, $0.value) })
        if !request.headers.contains(name: "user-agent") {
            request.headers.add(name: "user-agent", value: configuration.userAgent)
        }
        if !call.body.isEmpty { request.body = .bytes(call.body) }
        return request
    }

    private static func client(_ configuration: ConnectionConfiguration, proxy: ProxySettings.Proxy?) -> HTTPClient {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if let trust = configuration.trust { tls.trustRoots = .certificates(trust.certificates) }
        var settings = HTTPClient.Configuration(
            tlsConfiguration: tls,
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(connect: TimeAmount(configuration.connectTimeLimit)),
            proxy: proxy.map(Self.proxy))
        settings.httpVersion = .http1Only
        // Shorter than endpoints keep idle connections, so that few calls meet one that is just being closed.
        settings.connectionPool.idleTimeout = .seconds(15)
        settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = configuration.connectionsPerEndpoint
        // Whether to try again is decided in one place, by the retry policy.
        settings.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
    }

    private static func proxy(_ proxy: ProxySettings.Proxy) -> HTTPClient.Configuration.Proxy {
        switch proxy.scheme {
        case .http:
            .server(
                host: proxy.host, port: proxy.port,
                authorization: proxy.credentials.map { .basic(username: $0.user, password: $0.password) })
        case .socks5: .socksServer(host: proxy.host, port: proxy.port)
        }
    }
}
