/// Keys that a YAML file gives twice, at which Yams stops: each is overwritten in the text by one of equal length from the
/// private use area, so that the rest can be read, and found here again.
package struct MaskedKeys: Sendable {
  /// More of them are no oversight.
  package static let most = 100

  private var originals: [String: String] = [:]

  package init() {}

  /// What stood in the text where `key` stands now; nil for a key that was not masked.
  package subscript(key: String) -> String? { originals[key] }

  /// - Parameters:
  ///   - line: of the second of the two, from 1, as its column, which counts Unicode scalars.
  ///   - attempt: how many were masked before, below `most`.
  /// - Returns: the text with the key masked; nil where it does not stand there.
  package mutating func mask(
    _ key: String, line: Int, column: Int, attempt: Int, in text: String
  ) -> String? {
    guard let stand = Unicode.Scalar(0xE000 + UInt32(attempt)), !key.isEmpty else { return nil }
    // By scalar: "\r\n" is one Character.
    var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
      .map(Array.init)
    guard lines.indices.contains(line - 1) else { return nil }
    var scalars = lines[line - 1]
    let wanted = Array(key.unicodeScalars)
    var start = column - 1
    if scalars.indices.contains(start), scalars[start] == "\"" || scalars[start] == "'" {
      start += 1
    }
    let range = start..<(start + wanted.count)
    guard range.upperBound <= scalars.count, Array(scalars[range]) == wanted else { return nil }
    let mask = Array(repeating: stand, count: wanted.count)
    scalars.replaceSubrange(range, with: mask)
    lines[line - 1] = scalars
    originals[String(String.UnicodeScalarView(mask))] = key
    return String(String.UnicodeScalarView(lines.joined(separator: ["\n"])))
  }
}
