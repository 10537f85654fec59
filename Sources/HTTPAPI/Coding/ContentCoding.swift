import HTTPTypes

/// How a body is packed for its way. Source: RFC 9110, sections 8.4 and 12.5.3.
enum ContentCoding {
  /// Which form the body of a request has; nil where it is as it is.
  ///
  /// - Throws: 415, naming what is taken.
  static func ofRequest(_ fields: HTTPFields) throws(APIError) -> Gzip.Form? {
    let values = fields[values: .contentEncoding]
    guard let value = values.first else { return nil }
    let name = value.lowercased()
    switch name {
    case _ where values.count > 1: break
    case "", "identity": return nil
    case "gzip", "x-gzip": return .gzip
    case "deflate": return .deflate
    default: break
    }
    throw APIError(
      .unsupportedMediaType,
      "the body is packed as \"\(LogText.escaped(value))\": send it as it is, or once as gzip or deflate",
      fields: [.acceptEncoding: "gzip, deflate"])
  }

  /// Whether the client wants its reply in gzip. Nothing else is offered: every client that packs knows it.
  static func takesGzip(_ fields: HTTPFields) -> Bool {
    var takesAny = false
    for value in fields[values: .acceptEncoding] {
      for part in value.split(separator: ",") {
        let words = part.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
        guard let name = words.first?.lowercased() else { continue }
        let isWanted = !words.dropFirst().contains { isZero($0) }
        if name == "gzip" || name == "x-gzip" { return isWanted }
        if name == "*" { takesAny = isWanted }
      }
    }
    return takesAny
  }

  /// `q=0` and its longer spellings.
  private static func isZero(_ parameter: String) -> Bool {
    let lower = parameter.lowercased()
    return lower.hasPrefix("q=") && Double(lower.dropFirst(2)) == 0
  }

  /// Bytes below which a reply goes as it is: what fits into one packet comes no sooner for being smaller.
  static let leastBytes = 1_024
  /// Bytes up to which the event loop packs a reply itself, in about 0.2 ms; larger ones go to another thread.
  static let mostBytesOnLoop = 16_384
}
