import Domain
import Foundation
import Glibc
import TextUI

/// What commands print: JSON for programs, columns for people, foreign text made harmless in both.
enum Output {
  static func json(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .throw
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
  }

  /// Columns as wide as their widest cell, two spaces apart; a header in capitals first.
  static func table(_ header: [String], _ rows: [[String]]) {
    let cells = [header] + rows.map { $0.map(harmless) }
    let widths = header.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
    for row in cells {
      let line = row.enumerated().map { column, cell in
        column == row.count - 1
          ? cell : cell.padding(toLength: widths[column], withPad: " ", startingAt: 0)
      }
      print(line.joined(separator: "  "))
    }
  }

  static func line(_ text: String) {
    print(harmless(text))
    // Notes on standard error that follow must not come before it in a pipeline's log.
    fflush(nil)
  }

  static func harmless(_ text: String) -> String { Sanitizer.sanitized(text) }

  /// Each line made harmless on its own.
  static func harmlessLines(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { harmless(String($0)) }
      .joined(separator: "\n")
  }

  /// To standard error, line by line: names, reasons and arguments of others stand in messages.
  static func complain(_ text: String) {
    FileHandle.standardError.write(Data((harmlessLines(text) + "\n").utf8))
  }

  static func note(_ text: String) {
    FileHandle.standardError.write(Data((harmless(text) + "\n").utf8))
  }

  /// Those that the terminal's locale can show.
  static var glyphs: Glyphs {
    setlocale(LC_CTYPE, "")
    let codeset = nl_langinfo(Int32(CODESET)).map { String(cString: $0) }
    return codeset == "UTF-8" ? .unicode : .ascii
  }

  /// Local time with its offset, to the second.
  static func time(_ time: Timestamp) -> String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.dateFormat = "yyyy-MM-dd HH:mm:ss xxx"
    return formatter.string(
      from: Date(timeIntervalSince1970: Double(time.microseconds) / 1_000_000))
  }
}
