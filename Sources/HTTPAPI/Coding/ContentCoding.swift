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

  /// Bytes below which a reply goes as it is.
  ///
  /// Measured with numbers as text: zlib takes 36 us to start, 50 us in all for 1 KB, 72 us for 4 KB and 240 us for
  /// 16 KB, and halves them. All else that an event loop does for a cheap request takes some 12 us: below 4 KB packing
  /// costs several requests to save a packet or one and a half. It never happens on an event loop.
  static let leastBytes = 4_096
}
