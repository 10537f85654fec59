import Domain
import HTTPAPI
import HTTPTypes
import Synchronization
import Testing

@Suite struct RequestChecksTests {
  let checks = RequestChecks(
    hosts: HostRule(listen: "gpu-box:8080", names: ["vigia.internal"]),
    authenticator: Authenticator(localToken: secret))

  @Test(arguments: [
    "localhost", "LOCALHOST:8080", "127.0.0.1:8080", "127.8.8.8", "[::1]:8080", "[::1]",
    "vigia.internal:9000", "localhost.",
  ])
  func `the server answers to its own names`(host: String) throws {
    #expect(try checks.admit(head(host: host), from: .network).endpoint == .server)
  }

  @Test(arguments: [
    "evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8080", "192.168.1.5",
    "127.0.0.1@evil.example", "::1.evil", "127.0.0.256", "0x7f.0.0.1",
  ])
  func `a rebound name is refused`(host: String) {
    #expect(status { try checks.admit(head(host: host), from: .network) } == 403)
  }

  @Test func `on all addresses any literal address is a name, and no other name is`() {
    let open = HostRule(listen: "0.0.0.0")
    #expect(open.allows("192.168.1.5:8080"))
    #expect(open.allows("[fe80::1]:8080"))
    #expect(!open.allows("evil.example"))
  }

  @Test func `a request without a host, or with two, is refused`() {
    #expect(status { try checks.admit(head(host: nil), from: .network) } == 400)
    var twice = head(host: "localhost")
    twice.headerFields[HTTPField.Name("Host")!] = "localhost"
    #expect(status { try checks.admit(twice, from: .network) } == 400)
  }

  @Test(arguments: [
    ("http://localhost:8080", 200), ("https://localhost:8080", 200), ("http://localhost:3000", 403),
    ("http://evil.example", 403), ("null", 403), ("", 403),
  ])
  func `only the server's own pages may ask`(origin: String, expected: Int) {
    let fields: HTTPFields = [.origin: origin]
    #expect(
      status { try checks.admit(head(host: "localhost:8080", fields), from: .network) } == expected)
  }

  @Test func `the control socket has neither hosts nor pages`() throws {
    let user = Peer.user(SocketUser(id: 0, name: "root", isTrusted: true))
    let admission = try checks.admit(
      head(host: "whatever", [.origin: "http://evil.example"]), from: user)
    #expect(admission.principal == Principal(name: "root", role: .admin, proof: "socket uid 0"))
    #expect(admission.client == "root")
    #expect(status { try checks.admit(head(host: "x"), from: .unknownUser) } == 403)
  }

  @Test(arguments: [
    ("application/json", 401), ("Application/JSON; charset=utf-8", 401),
  ])
  func `JSON under its own name passes on to the next check`(type: String, expected: Int) {
    #expect(status { try checks.admit(command([.contentType: type]), from: .network) } == expected)
  }

  @Test(arguments: ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonp"])
  func `what a foreign form can send is refused under vigia's own paths`(type: String) {
    let fields: HTTPFields = [.contentType: type, .authorization: "Bearer \(secret)"]
    #expect(status { try checks.admit(command(fields), from: .network) } == 415)
  }

  @Test func `all wrong credentials get the same answer`() {
    var twice: HTTPFields = [:]
    twice.append(HTTPField(name: .authorization, value: "Bearer \(secret)"))
    twice.append(HTTPField(name: .authorization, value: "Bearer \(secret)"))
    let wrong: [HTTPFields] = [
      [:], [.authorization: ""], [.authorization: "Bearer"], [.authorization: "Bearer "],
      [.authorization: "Bearer  \(secret)"], [.authorization: "Bearer \(secret) x"],
      [.authorization: "Basic \(secret)"], [.authorization: "Bearer wrong"],
      [.authorization: secret],
      [.authorization: "Bearer " + String(repeating: "a", count: 100_000)], twice,
    ]
    var answers: Set<String> = []
    for fields in wrong {
      do {
        _ = try checks.admit(command(fields), from: .network)
        Issue.record("admitted: \(fields)")
      } catch {
        #expect(error.status == .unauthorized)
        answers.insert("\(error.message) \(error.fields)")
      }
    }
    #expect(answers.count == 1)
    let right: HTTPFields = [.authorization: "bearer \(secret)", .contentType: "application/json"]
    #expect(status { try checks.admit(command(right), from: .network) } == 200)
  }

  @Test func `secrets are compared by one function, with every token, found or not`() throws {
    let calls = Mutex(0)
    let tokens = (0..<5).map { Authenticator.Token(name: "t\($0)", secret: "s\($0)", role: .admin) }
    let authenticator = Authenticator(tokens: tokens, isReadingOpen: false) { left, right in
      calls.withLock { $0 += 1 }
      return areEqualInConstantTime(left, right)
    }
    for (word, name) in [("s0", "t0"), ("s4", "t4"), ("s9", nil)] as [(String, String?)] {
      calls.withLock { $0 = 0 }
      let principal = try? authenticator.authorize(
        .read, fields: [.authorization: "Bearer \(word)"], peer: .network)
      #expect(principal?.name == name)
      #expect(calls.withLock { $0 } == 5)
    }
  }

  @Test(
    arguments: [
      (["X-Vigia-Client": "checkout"], "checkout"), ([:], "anonymous"),
      (["X-Vigia-Client": "a\u{1b}[2Jb\"c"], "a _2Jb_c"),
      (["Authorization": "Bearer " + secret], "local-token"),
      (["Authorization": "Bearer " + secret, "X-Vigia-Client": "other"], "local-token"),
      (["Authorization": "Bearer none", "X-Vigia-Client": "other"], "other"),
    ] as [([String: String], String)])
  func `a client is known by its token, else its own word, else not at all`(
    values: [String: String], expected: String
  ) throws {
    var fields = HTTPFields()
    for (name, value) in values {
      fields.append(HTTPField(name: HTTPField.Name(name)!, value: value))
    }
    #expect(
      try checks.admit(head(host: "localhost", fields), from: .network).client == expected)
  }

  @Test func `a client's name is cut at 64 characters`() throws {
    let fields: HTTPFields = [
      HTTPField.Name("X-Vigia-Client")!: String(repeating: "c", count: 5_000)
    ]
    #expect(
      try checks.admit(head(host: "localhost", fields), from: .network).client.count == 64)
  }

  private func head(host: String?, _ fields: HTTPFields = [:]) -> HTTPRequest {
    HTTPRequest(method: .get, scheme: "http", authority: host, path: "/v2", headerFields: fields)
  }

  private func command(_ fields: HTTPFields) -> HTTPRequest {
    HTTPRequest(
      method: .post, scheme: "http", authority: "localhost", path: "/vigia/v1/commands",
      headerFields: fields)
  }

  private func status(_ admit: () throws -> RequestChecks.Admission) -> Int {
    do {
      _ = try admit()
      return 200
    } catch {
      return (error as? APIError)?.status.code ?? 0
    }
  }
}
