/// A bound on a model's traffic: the configuration's, or an operator's.
package struct TrafficLimit: Codable, Sendable, Equatable {
  package var scope: Scope
  package var measure: Measure
  package var since: Timestamp
  package var by: String
  package var reason: String

  package init(
    scope: Scope, measure: Measure, since: Timestamp, by: String, reason: String
  ) {
    self.scope = scope
    self.measure = measure
    self.since = since
    self.by = by
    self.reason = reason
  }

  /// Whose requests it counts.
  package enum Scope: Sendable, Hashable {
    /// All of the model's together.
    case all
    /// Those of each client by themselves.
    case eachClient
    /// Those of one client: the name that it gives itself, or its token's.
    case client(String)
  }

  package enum Measure: Codable, Sendable, Equatable {
    /// Requests a second over a longer time, and how many may come at once. What is above is answered 429.
    case rate(perSecond: Double, burst: Double)
    /// The share of the requests, above 0 through 1, that is refused with 503.
    case shed(share: Double)

    /// Whether both bound the same thing: the newer takes the other's place.
    package func isSameKind(as other: Measure) -> Bool {
      switch (self, other) {
      case (.rate, .rate), (.shed, .shed): true
      default: false
      }
    }
  }
}

extension TrafficLimit.Scope {
  /// What a client's name must be where it is to be limited.
  package static let clientForm = "1 to 128 characters of printable ASCII"

  /// The scope of one client; nil for a name that no client can have.
  package static func named(_ name: String) -> Self? {
    let isPrintable = name.utf8.allSatisfy { (0x20...0x7e).contains($0) }
    return (1...128).contains(name.utf8.count) && isPrintable ? .client(name) : nil
  }
}

extension TrafficLimit.Scope: TextCoded {
  package static let wireForm = "a scope as all, each-client or client:NAME"

  /// `all`, `each-client` or `client:NAME`.
  package init?(_ text: String) {
    switch text {
    case "all": self = .all
    case "each-client": self = .eachClient
    default:
      let name = text.dropFirst("client:".count)
      guard text.hasPrefix("client:"), !name.isEmpty, name.utf8.count <= 128 else { return nil }
      self = .client(String(name))
    }
  }

  package var description: String {
    switch self {
    case .all: "all"
    case .eachClient: "each-client"
    case .client(let name): "client:\(name)"
    }
  }

  /// For a sentence: "all clients together".
  package var words: String {
    switch self {
    case .all: "all clients together"
    case .eachClient: "each client"
    case .client(let name): "client \(name)"
    }
  }
}

extension TrafficLimit {
  /// "at most 100 requests/s for each client, 200 at once" or "20 % of the requests of client batch refused".
  package var words: String {
    switch measure {
    case .rate(let perSecond, let burst):
      "at most \(Self.number(perSecond)) requests/s for \(scope.words), \(Self.number(burst)) at once"
    case .shed(let share):
      "\(Self.number(share * 100)) % of the requests of \(scope.words) refused"
    }
  }

  private static func number(_ value: Double) -> String {
    let rounded = (value * 1_000).rounded() / 1_000
    return rounded == rounded.rounded() && abs(rounded) < 1e15 ? "\(Int(rounded))" : "\(rounded)"
  }
}
