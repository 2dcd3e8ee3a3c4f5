import Crypto
import Foundation

/// The files in which `aws sso login` leaves the tokens of sign-ins, and AWS's tools those that they have renewed.
struct SSOTokenCache: Sendable {
    let environment: AWSSurroundings
    /// The file of the sign-in.
    let path: String

    /// - Parameter key: the session's name, or the start URL in the older form: the file bears its SHA-1.
    init(key: String, home: String, environment: AWSSurroundings) {
        let digest = Insecure.SHA1.hash(data: Data(key.utf8))
            .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        path = "\(home)/.aws/sso/cache/\(digest).json"
        self.environment = environment
    }

    /// A file that is there and can't be used.
    enum Unusable: Error {
        case unreadable
        case notAToken
    }

    /// The token of the sign-in; nil where nobody is signed in.
    func token() throws(Unusable) -> SSOToken? {
        let content: [UInt8]?
        do {
            content = try environment.readFile(path)
        } catch {
            throw .unreadable
        }
        guard let content else { return nil }
        guard let token = SSOToken(content) else { throw .notAToken }
        return token
    }

    /// Puts a token in the place of the one that is there, readable by its owner alone.
    func store(_ token: SSOToken) throws {
        try environment.replaceFile(path, token.content)
    }
}

/// A token of a sign-in with IAM Identity Center, as the cache has it.
struct SSOToken: Sendable {
    let accessToken: RedactedString
    let expiration: Date
    /// What it can be renewed with; nil where it can't, as in the older form of a sign-in.
    let renewal: Renewal?
    /// The file's members as they were, those that aren't known here as well.
    private let document: RedactedString

    /// What a token is renewed with.
    struct Renewal: Sendable {
        let refreshToken: RedactedString
        let clientID: String
        let clientSecret: RedactedString
        /// Until when the client that `aws sso login` registered may renew tokens.
        let registrationExpiration: Date
    }

    /// Nil for what isn't a token of the cache.
    init?(_ content: [UInt8]) {
        guard let members = try? JSONDecoder().decode(Members.self, from: Data(content)),
            let expiration = CredentialsDate.parse(members.expiresAt)
        else { return nil }
        accessToken = members.accessToken
        self.expiration = expiration
        document = RedactedString(String(decoding: content, as: UTF8.self))
        if let refreshToken = members.refreshToken, let clientID = members.clientId,
            let clientSecret = members.clientSecret,
            let registration = members.registrationExpiresAt.flatMap(CredentialsDate.parse)
        {
            renewal = Renewal(
                refreshToken: refreshToken, clientID: clientID, clientSecret: clientSecret,
                registrationExpiration: registration)
        } else {
            renewal = nil
        }
    }

    /// The token that took this one's place.
    ///
    /// - Parameter refreshToken: nil where the one that there is remains good (RFC 6749, section 6).
    func renewed(
        accessToken: RedactedString, expiration: Date, refreshToken: RedactedString?, signIn: SSOCredentials.SignIn
    ) throws(SSOTokenCache.Unusable) -> SSOToken {
        let content = document.withValue { Data($0.utf8) }
        guard var members = try? JSONSerialization.jsonObject(with: content) as? [String: Any] else { throw .notAToken }
        members["accessToken"] = accessToken.withValue { $0 }
        members["expiresAt"] = CredentialsDate.format(expiration)
        members["startUrl"] = signIn.startURL
        members["region"] = signIn.region.name
        if let refreshToken { members["refreshToken"] = refreshToken.withValue { $0 } }
        guard
            let data = try? JSONSerialization.data(
                withJSONObject: members, options: [.sortedKeys, .withoutEscapingSlashes]),
            let token = SSOToken(Array(data))
        else { throw .notAToken }
        return token
    }

    /// The file's content.
    fileprivate var content: [UInt8] { document.withValue { Array($0.utf8) } }

    /// The members of the file that matter here.
    private struct Members: Decodable {
        let accessToken: RedactedString
        let expiresAt: String
        let refreshToken: RedactedString?
        let clientId: String?
        let clientSecret: RedactedString?
        let registrationExpiresAt: String?
    }
}
