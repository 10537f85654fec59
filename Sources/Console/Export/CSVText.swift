import TextUI

/// A table as text of RFC 4180, made safe for spreadsheets and terminals.
struct CSVText {
  private(set) var text: String

  init(_ header: [String]) {
    text = header.joined(separator: ",") + "\r\n"
  }

  enum Field: ExpressibleByStringLiteral {
    case text(String)
    case number(Double?)
    case count(Int64)

    init(stringLiteral value: String) { self = .text(value) }
  }

  mutating func append(_ fields: [Field]) {
    text += fields.map(CSVText.written).joined(separator: ",") + "\r\n"
  }

  private static func written(_ field: Field) -> String {
    switch field {
    case .count(let count): return "\(count)"
    case .number(let number):
      guard let number, number.isFinite else { return "" }
      return number == number.rounded() && number.magnitude < 1e15
        ? "\(Int64(number))" : "\(number)"
    case .text(let raw):
      var text = raw.sanitized
      // A spreadsheet takes these for the beginning of a formula.
      if let first = text.first, "=+-@".contains(first) { text = "'" + text }
      guard text.contains(where: { ",\"".contains($0) }) else { return text }
      return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
  }
}
