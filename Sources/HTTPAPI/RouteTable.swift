import Foundation
package import HTTPTypes

/// Finds the endpoint of a request.
package enum RouteTable {
  package enum Match: Sendable, Equatable {
    case found(Endpoint, PathParameters)
    /// The path exists, under these verbs only.
    case wrongMethod(allowed: [HTTPRequest.Method])
    case unknown
  }

  /// - Parameter path: the request's target with its query, as `/v2/models/m/infer?x=1`. One trailing slash is
  ///   ignored. `HEAD` is answered wherever `GET` is.
  package static func match(_ method: HTTPRequest.Method, _ path: String) -> Match {
    let target = path.prefix { $0 != "?" && $0 != "#" }
    guard target.utf8.first == UInt8(ascii: "/") else { return .unknown }
    var segments = target.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    if segments.count > 1, segments.last == "" { segments.removeLast() }
    let wanted = method == .head ? .get : method
    var allowed: [HTTPRequest.Method] = []
    for entry in entries where entry.segments.count == segments.count {
      guard let parameters = entry.parameters(of: segments) else { continue }
      if entry.method == wanted { return .found(entry.endpoint, parameters) }
      allowed.append(entry.method)
      if entry.method == .get { allowed.append(.head) }
    }
    return allowed.isEmpty ? .unknown : .wrongMethod(allowed: allowed)
  }

  /// Those with more literal segments first: `/v2/models/stats` is not about a model of that name.
  private static let entries: [Entry] = unordered.sorted { $0.literals > $1.literals }

  private static let unordered: [Entry] = Endpoint.allCases.flatMap { endpoint in
    let route = endpoint.route
    return route.paths.map { path in
      Entry(
        endpoint: endpoint, method: route.method,
        segments: path.dropFirst().split(separator: "/").map { Segment(String($0)) })
    }
  }

  private struct Entry: Sendable {
    let endpoint: Endpoint
    let method: HTTPRequest.Method
    let segments: [Segment]

    var literals: Int { segments.count { if case .literal = $0 { true } else { false } } }

    func parameters(of found: [Substring]) -> PathParameters? {
      var parameters = PathParameters()
      for (segment, text) in zip(segments, found) {
        if case .literal(let literal) = segment {
          guard literal == text else { return nil }
          continue
        }
        guard !text.isEmpty, let value = decoded(text) else { return nil }
        switch segment {
        case .model: parameters.model = value
        case .version: parameters.version = value
        case .id: parameters.id = value
        case .literal: break
        }
      }
      return parameters
    }

    private func decoded(_ text: Substring) -> String? {
      text.utf8.contains(UInt8(ascii: "%")) ? String(text).removingPercentEncoding : String(text)
    }
  }

  private enum Segment: Sendable {
    case literal(String)
    case model
    case version
    case id

    init(_ text: String) {
      switch text {
      case "{model}": self = .model
      case "{version}": self = .version
      case "{id}": self = .id
      default: self = .literal(text)
      }
    }
  }
}

/// What a path names, percent-decoded; empty where it names nothing.
package struct PathParameters: Sendable, Equatable {
  package var model = ""
  package var version: String?
  package var id = ""

  package init() {}
}
