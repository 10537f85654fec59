import Crypto
package import Domain
import Foundation
package import HTTPTypes

/// Who a request comes from, and whether that is enough.
///
/// Without tokens configured, reading is open (the server listens on loopback) and a change of state needs the
/// control socket or the token in the data folder. With tokens, only health is open. A peer of the control
/// socket is known by its user in both cases.
package struct Authenticator: Sendable {
  private let tokens: [Token]
  /// Whether reading needs no token.
  let isReadingOpen: Bool
  private let compare: @Sendable ([UInt8], [UInt8]) -> Bool

  /// The rules without `auth` in the configuration.
  ///
  /// - Parameter localToken: the secret in the data folder; nil leaves the control socket as the one way to act.
  package init(localToken: String?) {
    self.init(
      tokens: localToken.map { [Token(name: "local-token", secret: $0, role: .admin)] } ?? [],
      isReadingOpen: true)
  }

  /// The rules with `auth`: a token for everything but health.
  package init(tokens: [Token]) { self.init(tokens: tokens, isReadingOpen: false) }

  /// - Parameter compare: a test may watch it; nothing else compares secrets.
  package init(
    tokens: [Token], isReadingOpen: Bool,
    compare: @escaping @Sendable ([UInt8], [UInt8]) -> Bool = areEqualInConstantTime
  ) {
    self.tokens = tokens
    self.isReadingOpen = isReadingOpen
    self.compare = compare
  }

  /// A credential as it is kept: never the secret itself.
  package struct Token: Sendable, Equatable {
    package var name: String
    /// SHA-256 of the secret, 32 bytes.
    package var digest: [UInt8]
    package var role: Principal.Role

    package init(name: String, digest: [UInt8], role: Principal.Role) {
      self.name = name
      self.digest = digest
      self.role = role
    }

    package init(name: String, secret: String, role: Principal.Role) {
      self.init(name: name, digest: Array(SHA256.hash(data: Data(secret.utf8))), role: role)
    }
  }

  /// - Returns: the principal where one is known; nil only on a route that needs none.
  package func authorize(
    _ access: Access, fields: HTTPFields, peer: Peer
  ) throws(APIError) -> Principal? {
    switch peer {
    case .user(let user): return try principal(of: user)
    case .unknownUser:
      throw .forbidden("the user at the other end of the control socket is not known")
    case .network: break
    }
    let bearer = principal(of: fields)
    guard let role = access.role, !(isReadingOpen && access <= .read) else { return bearer }
    guard let bearer else {
      throw .unauthorized(
        isReadingOpen
          ? "this needs the control socket, or the token in the data folder as a bearer token"
          : "a valid bearer token is needed")
    }
    guard bearer.role >= role else {
      throw .forbidden(
        "this needs the role \(role.rawValue), and the token \"\(bearer.name)\" has \(bearer.role.rawValue)"
      )
    }
    return bearer
  }

  private func principal(of user: SocketUser) throws(APIError) -> Principal {
    guard user.isTrusted else {
      throw .forbidden(
        "the control socket is for the server's own user and root, and this is \(user.name)")
    }
    return Principal(name: user.name, role: .admin, proof: "socket uid \(user.id)")
  }

  /// The token's owner; nil for no field, several, another scheme, and for whatever is not a token of ours.
  private func principal(of fields: HTTPFields) -> Principal? {
    let values = fields[values: .authorization]
    guard values.count == 1, let secret = Self.bearerSecret(values[0]) else { return nil }
    let digest = Array(SHA256.hash(data: Data(secret.utf8)))
    var found: Token?
    for token in tokens where compare(token.digest, digest) { found = token }
    return found.map { Principal(name: $0.name, role: $0.role, proof: "token") }
  }

  /// RFC 6750: the scheme in any case, one space, and a token without spaces.
  private static func bearerSecret(_ value: String) -> String? {
    let parts = value.split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].lowercased() == "bearer", !parts[1].isEmpty,
      parts[1].utf8.count <= 512
    else { return nil }
    return String(parts[1])
  }
}

/// Whether two digests are equal, in a time that depends on their length only.
@Sendable package func areEqualInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
  guard left.count == right.count else { return false }
  var difference: UInt8 = 0
  for index in left.indices { difference |= left[index] ^ right[index] }
  return difference == 0
}
