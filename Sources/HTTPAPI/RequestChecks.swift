package import Domain
package import HTTPTypes

/// Everything that is asked of a request before anything is done for it, in one place for both ways in: the
/// router, and a channel handler that stands before it.
///
/// The order is that of what may be told to whom: a foreign page learns nothing, a stranger learns which paths
/// exist (they are documented), and only then whether the credentials do.
package struct RequestChecks: Sendable {
  package var hosts: HostRule
  package var authenticator: Authenticator
  package var origins: OriginRule

  package init(
    hosts: HostRule, authenticator: Authenticator, origins: OriginRule = OriginRule()
  ) {
    self.hosts = hosts
    self.authenticator = authenticator
    self.origins = origins
  }

  /// A request that may be answered.
  package struct Admission: Sendable, Equatable {
    package var endpoint: Endpoint
    package var parameters: PathParameters
    package var principal: Principal?
    /// Who asks, for counting: chosen by the client, so bounded and of harmless characters.
    package var client: String
    package var sharing: OriginSharing
  }

  package func admit(_ head: HTTPRequest, from peer: Peer) throws(APIError) -> Admission {
    if peer == .network {
      try checkHost(head)
      try checkOrigin(head)
    }
    try checkTransferCoding(head)
    let (endpoint, parameters) = try find(head)
    let principal = try authenticator.authorize(
      endpoint.route.access, fields: head.headerFields, peer: peer)
    if endpoint.route.requiresJSONContentType { try checkContentType(head) }
    return Admission(
      endpoint: endpoint, parameters: parameters, principal: principal,
      client: ClientName.of(head.headerFields, principal: principal, from: peer),
      sharing: sharing(head, from: peer))
  }

  /// What the reply to a request says to browsers, whether it is admitted or not.
  package func sharing(_ head: HTTPRequest, from peer: Peer) -> OriginSharing {
    guard peer == .network, !origins.isOff else { return .off }
    let values = head.headerFields[values: .origin]
    guard values.count == 1, origins.allows(values[0]) else { return .withNobody }
    return .with(origin: values[0])
  }

  /// What a browser asks before it lets a listed site's page ask; nil for every other request.
  ///
  /// It carries no token, and is answered without one: the request that follows is checked like any other.
  package func preflight(
    _ head: HTTPRequest, from peer: Peer
  ) throws(APIError) -> Preflight? {
    guard head.method == .options, case .with(let origin) = sharing(head, from: peer),
      let wanted = head.headerFields[.accessControlRequestMethod]
    else { return nil }
    try checkHost(head)
    let path = head.path ?? ""
    guard case .wrongMethod(let methods) = RouteTable.match(.options, path) else {
      throw .nothingHere
    }
    var preflight = Preflight(origin: origin, methods: methods, model: "")
    if let method = HTTPRequest.Method(wanted),
      case .found(_, let parameters) = RouteTable.match(method, path)
    {
      preflight.model = parameters.model
    }
    return preflight
  }

  /// A page under another name that was made to point here sends that name.
  private func checkHost(_ head: HTTPRequest) throws(APIError) {
    guard let host = head.authority, !host.isEmpty, head.headerFields[.host] == nil else {
      throw APIError(
        .badRequest, "a request names its host exactly once", refusal: .malformed)
    }
    guard hosts.allows(host) else {
      throw .forbidden(
        "the host \"\(LogText.escaped(host))\" is not one of this server's names: use localhost, the host it listens on, or the one that external_url in vigia.yaml names",
        refusal: .host)
    }
  }

  /// A browser names the page that a request comes from; programs do not.
  private func checkOrigin(_ head: HTTPRequest) throws(APIError) {
    let values = head.headerFields[values: .origin]
    guard !values.isEmpty else { return }
    let own = (head.authority ?? "").lowercased()
    guard values.count == 1,
      origins.allows(values[0])
        || ["http://\(own)", "https://\(own)"].contains(values[0].lowercased())
    else {
      throw .forbidden(
        "requests from other sites' pages are not answered, but for those that cors.origins lists",
        refusal: .origin)
    }
  }

  private func find(_ head: HTTPRequest) throws(APIError) -> (Endpoint, PathParameters) {
    switch RouteTable.match(head.method, head.path ?? "") {
    case .found(let endpoint, let parameters): return (endpoint, parameters)
    case .wrongMethod(let allowed):
      let list = allowed.map(\.rawValue).joined(separator: ", ")
      throw APIError(
        .methodNotAllowed, "this path takes \(list), not \(head.method.rawValue)",
        fields: [.allow: list], refusal: .wrongMethod)
    case .unknown:
      throw .nothingHere
    }
  }

  private func checkContentType(_ head: HTTPRequest) throws(APIError) {
    let values = head.headerFields[values: .contentType]
    let media = values.first?.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
    guard values.count == 1, media == "application/json" else {
      throw APIError(
        .unsupportedMediaType, "the body must be sent as Content-Type: application/json",
        refusal: .contentType)
    }
  }

  /// What is coded in another way would be read as what it is not.
  private func checkTransferCoding(_ head: HTTPRequest) throws(APIError) {
    let values = head.headerFields[values: .transferEncoding]
    guard !values.isEmpty else { return }
    let coding = values.joined(separator: ", ")
    guard coding.lowercased() != "chunked" else { return }
    throw APIError(
      .notImplemented,
      "of transfer codings only \"chunked\" is taken, not \"\(LogText.escaped(coding))\"",
      fields: [.connection: "close"], refusal: .transferCoding)
  }
}

extension HTTPField.Name {
  /// Stays among the fields only when it was sent twice: the first becomes the request's authority.
  static let host = Self("Host")!
}
