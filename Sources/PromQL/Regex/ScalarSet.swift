/// A class of characters: `[a-z_]`, `\d`, `\pL`, `.`.
struct ScalarSet {
  typealias Range = ClosedRange<UInt32>

  var ranges: [Range] = []
  /// Unicode categories that belong to it, or, where `isNegated`, all others do.
  var categories: [(codes: Set<Unicode.GeneralCategory>, isNegated: Bool)] = []
  var isNegated = false
  /// Both cases of a letter count.
  var ignoresCase = false

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    var found = holds(scalar)
    if !found, ignoresCase {
      found = Self.otherCases(of: scalar).contains { holds($0) }
    }
    return found != isNegated
  }

  private func holds(_ scalar: Unicode.Scalar) -> Bool {
    ranges.contains { $0.contains(scalar.value) }
      || categories.contains {
        $0.codes.contains(scalar.properties.generalCategory) != $0.isNegated
      }
  }

  /// The same letter in other cases.
  static func otherCases(of scalar: Unicode.Scalar) -> [Unicode.Scalar] {
    let properties = scalar.properties
    return [properties.lowercaseMapping, properties.uppercaseMapping].compactMap { mapped in
      let scalars = mapped.unicodeScalars
      guard scalars.count == 1, let only = scalars.first, only != scalar else { return nil }
      return only
    }
  }

  static func complement(_ ranges: [Range]) -> [Range] {
    var gaps: [Range] = []
    var next: UInt32 = 0
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if range.lowerBound > next { gaps.append(next...(range.lowerBound - 1)) }
      next = max(next, range.upperBound + 1)
    }
    if next <= 0x10_ffff { gaps.append(next...0x10_ffff) }
    return gaps
  }

  // The Perl and POSIX classes hold ASCII only, as in RE2.
  static let digit: [Range] = [0x30...0x39]
  static let upper: [Range] = [0x41...0x5a]
  static let lower: [Range] = [0x61...0x7a]
  static let space: [Range] = [0x09...0x0a, 0x0c...0x0d, 0x20...0x20]
  static let word: [Range] = digit + upper + lower + [0x5f...0x5f]

  static let posix: [String: [Range]] = [
    "alnum": digit + upper + lower, "alpha": upper + lower, "ascii": [0...0x7f],
    "blank": [0x09...0x09, 0x20...0x20], "cntrl": [0...0x1f, 0x7f...0x7f], "digit": digit,
    "graph": [0x21...0x7e], "lower": lower, "print": [0x20...0x7e],
    "punct": [0x21...0x2f, 0x3a...0x40, 0x5b...0x60, 0x7b...0x7e],
    "space": [0x09...0x0d, 0x20...0x20], "upper": upper, "word": word,
    "xdigit": digit + [0x41...0x46, 0x61...0x66],
  ]

  /// The Unicode categories by their short names, `L` and `Lu`; scripts are not known here.
  static func categories(named name: String) -> Set<Unicode.GeneralCategory>? {
    let found = categoryNames.filter {
      $0.key == name || (name.count == 1 && $0.key.hasPrefix(name))
    }
    return found.isEmpty ? nil : Set(found.values)
  }

  private static let categoryNames: [String: Unicode.GeneralCategory] = [
    "Lu": .uppercaseLetter, "Ll": .lowercaseLetter, "Lt": .titlecaseLetter,
    "Lm": .modifierLetter, "Lo": .otherLetter, "Mn": .nonspacingMark, "Mc": .spacingMark,
    "Me": .enclosingMark, "Nd": .decimalNumber, "Nl": .letterNumber, "No": .otherNumber,
    "Pc": .connectorPunctuation, "Pd": .dashPunctuation, "Ps": .openPunctuation,
    "Pe": .closePunctuation, "Pi": .initialPunctuation, "Pf": .finalPunctuation,
    "Po": .otherPunctuation, "Sm": .mathSymbol, "Sc": .currencySymbol, "Sk": .modifierSymbol,
    "So": .otherSymbol, "Zs": .spaceSeparator, "Zl": .lineSeparator,
    "Zp": .paragraphSeparator, "Cc": .control, "Cf": .format, "Co": .privateUse,
  ]
}
