import Foundation
import InferenceProtocol

/// Numbers as `0,123`: what a program writes whose language has a comma where others have a point.
enum DecimalComma {
  /// The same number with a point; nil: it is no such number.
  static func pointed(_ text: Span<UInt8>, in range: Range<Int>) -> String? {
    var bytes = range.map { text[$0] }
    let commas = bytes.indices.filter { bytes[$0] == UInt8(ascii: ",") }
    guard commas.count == 1, !bytes.contains(UInt8(ascii: ".")) else { return nil }
    bytes[commas[0]] = UInt8(ascii: ".")
    guard TableNumber.bits(of: bytes.span, in: 0..<bytes.count, as: .fp64) != nil else {
      return nil
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// What is to be said of one where a number with a point is wanted.
  static func reason(_ text: Span<UInt8>, in range: Range<Int>) -> String? {
    pointed(text, in: range).map { pointed in
      let found = String(decoding: range.map { text[$0] }, as: UTF8.self)
      return "expected a number with a decimal point, found \(ConfigurationProblem.quoted(found)) "
        + "with a decimal comma; write \(pointed)"
    }
  }
}
