import Domain
import HTTPAPI
import HTTPTypes
import Testing

@Suite struct RouteMatrixTests {
  /// All that a caller may be at the boundary.
  enum Caller: CaseIterable {
    case stranger, reader, releaser, admin, socketOwner, socketStranger

    var fields: HTTPFields {
      switch self {
      case .reader: [.authorization: "Bearer reader"]
      case .releaser: [.authorization: "Bearer operator"]
      case .admin: [.authorization: "Bearer admin"]
      case .stranger, .socketOwner, .socketStranger: [:]
      }
    }

    var peer: Peer {
      switch self {
      case .socketOwner: .user(SocketUser(id: 1_000, name: "ana", isTrusted: true))
      case .socketStranger: .user(SocketUser(id: 1_001, name: "bo", isTrusted: false))
      default: .network
      }
    }

    var role: Principal.Role? {
      switch self {
      case .stranger, .socketStranger: nil
      case .reader: .read
      case .releaser: .operate
      case .admin, .socketOwner: .admin
      }
    }
  }

  static let tokens = [
    Authenticator.Token(name: "reader", secret: "reader", role: .read),
    Authenticator.Token(name: "operator", secret: "operator", role: .operate),
    Authenticator.Token(name: "admin", secret: "admin", role: .admin),
  ]

  @Test(arguments: Endpoint.allCases, Caller.allCases)
  func `with auth configured, a route is for those who have its role`(
    endpoint: Endpoint, caller: Caller
  ) throws {
    let checks = RequestChecks(
      hosts: HostRule(listen: "127.0.0.1"), authenticator: Authenticator(tokens: Self.tokens))
    let status = status(of: endpoint, caller, checks)
    let access = endpoint.route.access
    if caller == .socketStranger {
      #expect(status == 403)
    } else if let needed = access.role {
      switch caller.role {
      case nil: #expect(status == 401)
      case let role?: #expect(status == (role >= needed ? 200 : 403))
      }
    } else {
      #expect(status == 200)
    }
  }

  @Test(arguments: Endpoint.allCases, Caller.allCases)
  func `without auth, reading is open and a change needs a proof`(
    endpoint: Endpoint, caller: Caller
  ) throws {
    let checks = RequestChecks(
      hosts: HostRule(listen: "127.0.0.1"),
      authenticator: Authenticator(tokens: Self.tokens, isReadingOpen: true))
    let status = status(of: endpoint, caller, checks)
    if caller == .socketStranger {
      #expect(status == 403)
    } else if endpoint.route.access <= .read {
      #expect(status == 200)
    } else {
      switch caller.role {
      case nil: #expect(status == 401)
      case let role?: #expect(status == (role >= .operate ? 200 : 403))
      }
    }
  }

  @Test(arguments: Endpoint.allCases)
  func `GET never changes anything`(endpoint: Endpoint) {
    // One request's raw inputs are only read, and yet not by everybody.
    let isRead = endpoint == .request || endpoint.route.access <= .read
    #expect(endpoint.route.method == .post || isRead)
  }

  @Test(arguments: Endpoint.allCases)
  func `every path of the table leads to its endpoint, and no other verb does`(endpoint: Endpoint) {
    for path in endpoint.route.paths {
      let path = example(path)
      guard case .found(let found, _) = RouteTable.match(endpoint.route.method, path) else {
        Issue.record("\(path) leads nowhere")
        continue
      }
      #expect(found == endpoint)
      guard case .wrongMethod(let allowed) = RouteTable.match(.delete, path) else {
        Issue.record("DELETE \(path) is not a wrong verb")
        continue
      }
      #expect(allowed.contains(endpoint.route.method))
    }
  }

  private func example(_ path: String) -> String {
    path.replacing("{model}", with: "m").replacing("{version}", with: "1")
      .replacing("{id}", with: "0123456789")
  }

  private func status(of endpoint: Endpoint, _ caller: Caller, _ checks: RequestChecks) -> Int {
    var fields = caller.fields
    fields[.contentType] = "application/json"
    let head = HTTPRequest(
      method: endpoint.route.method, scheme: "http", authority: "127.0.0.1:8080",
      path: example(endpoint.route.paths[0]), headerFields: fields)
    do {
      let admission = try checks.admit(head, from: caller.peer)
      return admission.endpoint == endpoint ? 200 : 0
    } catch {
      return error.status.code
    }
  }
}
