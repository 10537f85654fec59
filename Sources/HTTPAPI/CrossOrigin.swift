package import HTTPTypes

/// The sites whose pages may read this server from a browser: none unless they are listed.
///
/// It gives no rights. No cookie and no password of the browser's is ever asked for, so that a page acts with what it
/// sends itself: without a token it may what a stranger may.
package struct OriginRule: Sendable, Equatable {
  private let origins: Set<String>

  package init(_ origins: [WebOrigin] = []) { self.origins = Set(origins.map(\.description)) }

  package var isOff: Bool { origins.isEmpty }

  /// - Parameter origin: the field's value, as the browser spells it.
  package func allows(_ origin: String) -> Bool { origins.contains(origin) }
}

/// What a reply says to the browser of the page that asked.
package enum OriginSharing: Sendable, Equatable {
  /// Nobody is listed, or the request came over the control socket.
  case off
  /// Some are listed, and this is none of their requests.
  case withNobody
  case with(origin: String)

  /// The fields of each reply, a refusal too.
  func eachField(_ body: (HTTPField.Name, String) -> Void) {
    switch self {
    case .off: return
    case .withNobody: body(.vary, "Origin")
    case .with(let origin):
      body(.vary, "Origin")
      body(.accessControlAllowOrigin, origin)
      body(.accessControlExposeHeaders, Self.exposed)
    }
  }

  func add(to fields: inout HTTPFields) {
    eachField { fields.append(HTTPField(name: $0, value: $1)) }
  }

  /// What a page's script may read of a reply.
  private static let exposed = [
    HTTPField.Name.vigiaRequestID, .vigiaModelVersion, .vigiaVariant, .vigiaQueueMicroseconds,
    .vigiaComputeMicroseconds, .vigiaTotalMicroseconds, .vigiaNotFinite,
    .inferenceHeaderContentLength, .retryAfter,
  ].map(\.rawName).joined(separator: ", ")
}

/// A browser's question whether a listed site's page may send the request that it wants to send.
///
/// Source: the Fetch standard, "CORS-preflight fetch".
package struct Preflight: Sendable, Equatable {
  package var origin: String
  /// Those of the path.
  package var methods: [HTTPRequest.Method]
  /// Empty where the path names none.
  package var model: String

  /// - Parameter routingKey: the header that routes requests to this model, if there is one.
  func fields(routingKey: String?) -> HTTPFields {
    var fields = HTTPFields()
    OriginSharing.with(origin: origin).eachField { name, value in
      if name != .accessControlExposeHeaders {
        fields.append(HTTPField(name: name, value: value))
      }
    }
    fields[.accessControlAllowMethods] = methods.map(\.rawValue).joined(separator: ", ")
    fields[.accessControlAllowHeaders] = (Self.headers + (routingKey.map { [$0] } ?? []))
      .joined(separator: ", ")
    fields[.accessControlMaxAge] = "600"
    return fields
  }

  private static let headers = [
    HTTPField.Name.contentType, .contentEncoding, .authorization, .inferenceHeaderContentLength,
    ClientName.field,
  ].map(\.rawName)
}
