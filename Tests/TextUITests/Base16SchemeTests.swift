import Foundation
import Testing
import TextUI

@Suite struct Base16SchemeTests {
  private static let palette = (0..<16).map {
    "  base0\(String($0, radix: 16).uppercased()): \"#0\(String($0, radix: 16))0000\"\n"
  }

  @Test func `a scheme of today is read`() throws {
    let text =
      "# a comment\r\nsystem: \"base16\"\r\nname: 'Night, \"quoted\"'\nvariant: dark  # said\npalette:\n"
      + Self.palette.joined()
    let scheme = try Base16Scheme.parse(text, fallbackName: "file")
    #expect(scheme.name == "Night, \"quoted\"")
    #expect(scheme.isDark)
    #expect(scheme.colors[10] == .rgb(10, 0, 0))
    #expect(scheme.theme?.accent.foreground == .rgb(13, 0, 0))
  }

  @Test func `a scheme of the older form is read`() throws {
    let colors = (0..<16).map {
      "base0\(String($0, radix: 16)): \"f\(String($0, radix: 16))ffff\"\n"
    }
    let scheme = try Base16Scheme.parse(
      "scheme: \"Old\"\nauthor: \"A\"\n" + colors.joined(), fallbackName: "file")
    #expect(scheme.name == "Old")
    #expect(!scheme.isDark)
  }

  @Test(arguments: [
    ("palette\n", 1, "expected `key: value`, found \"palette\""),
    (
      "name: x\npalette:\n  base00: \"#12345\"\n", 3,
      "base00: expected a colour as \"#59b0ff\", found \"#12345\""
    ),
    (
      "base00: #123456\n", 1,
      "base00: expected a colour as \"#59b0ff\", found nothing; a colour with # needs quotes"
    ),
    ("name: a\nname: b\n", 2, "name is given twice"),
    (
      "base00: \"#\u{1B}[31mx\"\n", 1,
      "base00: expected a colour as \"#59b0ff\", found \"#\\e[31mx\""
    ),
  ])
  func `a broken scheme says the line and the reason`(
    _ text: String, _ line: Int, _ reason: String
  ) {
    let all = text + Self.palette.dropFirst(text.contains("base00") ? 1 : 0).joined()
    let error = #expect(throws: SchemeProblem.self) {
      try Base16Scheme.parse(all, fallbackName: "file")
    }
    #expect(error?.line == line)
    #expect(error?.description == reason)
  }

  @Test func `colours that are missing are named`() {
    let error = #expect(throws: SchemeProblem.self) {
      try Base16Scheme.parse(
        "palette:\n" + Self.palette.dropLast(2).joined(), fallbackName: "file")
    }
    #expect(error?.description == "expected the colours base00 to base0F, base0E, base0F missing")
  }
}

/// The schemes that come with the program.
@Suite struct ShippedThemesTests {
  static let schemes: [(name: String, scheme: Base16Scheme)] = {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "themes")
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.sorted().compactMap { file in
      guard file.hasSuffix(".yaml"),
        let text = try? String(contentsOf: folder.appending(path: file), encoding: .utf8)
      else { return nil }
      let name = String(file.dropLast(5))
      return (try? Base16Scheme.parse(text, fallbackName: name)).map { (name, $0) }
    }
  }()

  @Test
  func `there are dark and light ones, for colour-blind eyes, of high contrast, and without hues`()
  {
    let names = Self.schemes.map(\.name)
    #expect(names.count >= 8)
    #expect(Self.schemes.count { !$0.scheme.isDark } >= 3)
    for name in ["colour-blind-dark", "colour-blind-light", "high-contrast", "greys"] {
      #expect(names.contains(name))
    }
  }

  @Test(arguments: schemes)
  func `text is legible on the background it was made for`(
    _ name: String, _ scheme: Base16Scheme
  ) throws {
    let theme = try #require(scheme.theme)
    let background = scheme.colors[0]
    #expect(scheme.isDark == (background.luminance < 0.2))
    let strong = name == "high-contrast" ? 7.0 : 4.5
    for style in [theme.accent, theme.ok, theme.warn, theme.critical, theme.info] {
      let contrast = style.foreground.contrast(with: background)
      #expect(contrast >= strong, "\(name) \(style.summary) \(contrast)")
    }
    #expect(scheme.colors[5].contrast(with: background) >= 7)
    // Units, ages and versions are dim, and have to be read.
    #expect(theme.dim.foreground.contrast(with: background) >= 4.5, "\(name)")
    // A key that does nothing now says so by being read, not by being unreadable.
    #expect(theme.idle.foreground.contrast(with: background) >= 3, "\(name)")
    for band in [theme.selection, theme.alarm] {
      #expect(theme.dim.foreground.contrast(with: band) >= 3.5, "\(name) \(band.summary)")
    }
    #expect(scheme.colors[5].contrast(with: theme.selection) >= 4.5, "\(name)")
  }

  @Test func `a contrast is that of the standard`() {
    #expect(abs(Color.rgb(0, 0, 0).contrast(with: .rgb(255, 255, 255)) - 21) < 0.001)
    // #777777 on white, the example that everyone cites as just too light.
    #expect(abs(Color.rgb(0x77, 0x77, 0x77).contrast(with: .rgb(255, 255, 255)) - 4.478) < 0.001)
  }

  /// Source: Viénot, Brettel and Mollon, "Digital video colourmaps for checking the legibility of displays by
  /// dichromats" (1999).
  private static let dichromats: [[[Double]]] = [
    [[0.292_75, 0.707_25, 0], [0.292_75, 0.707_25, 0], [-0.022_34, 0.022_34, 1]],
    [[0.112_38, 0.887_62, 0], [0.112_38, 0.887_62, 0], [0.004_01, -0.004_01, 1]],
  ]

  @Test(arguments: schemes.filter { $0.name.hasPrefix("colour-blind") })
  func `states stay apart for eyes without red or green`(
    _ name: String, _ scheme: Base16Scheme
  ) throws {
    let theme = try #require(scheme.theme)
    let states = [theme.ok, theme.warn, theme.critical].map(\.foreground)
    for matrix in Self.dichromats {
      for one in states.indices {
        for two in states.indices where two > one {
          let distance = Self.distance(states[one], states[two], seenBy: matrix)
          #expect(distance > 25, "\(name): \(one) and \(two) are \(distance) apart")
        }
      }
    }
  }

  /// CIE 1976 colour difference, white D65.
  private static func distance(_ one: Color, _ two: Color, seenBy matrix: [[Double]]) -> Double {
    let (a, b) = (lab(one, matrix), lab(two, matrix))
    return zip(a, b).map { ($0 - $1) * ($0 - $1) }.reduce(0, +).squareRoot()
  }

  private static func lab(_ color: Color, _ matrix: [[Double]]) -> [Double] {
    guard case .rgb(let red, let green, let blue) = color else { return [0, 0, 0] }
    let light = [red, green, blue].map { byte -> Double in
      let value = Double(byte) / 255
      return value <= 0.040_45 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    func dot(_ row: [Double], _ vector: [Double]) -> Double {
      zip(row, vector).map { $0 * $1 }.reduce(0, +)
    }
    let seen = matrix.map { min(max(dot($0, light), 0), 1) }
    let xyz = [
      dot([0.412_4, 0.357_6, 0.180_5], seen) / 0.950_47,
      dot([0.212_6, 0.715_2, 0.072_2], seen), dot([0.019_3, 0.119_2, 0.950_5], seen) / 1.088_83,
    ].map { $0 > 0.008_856 ? cbrt($0) : 7.787 * $0 + 16.0 / 116 }
    return [116 * xyz[1] - 16, 500 * (xyz[0] - xyz[1]), 200 * (xyz[1] - xyz[2])]
  }
}
