import Foundation
import Testing
import TextUI

@testable import Console

/// What stands side by side in one bar is told apart in every theme.
struct SeriesColourTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "themes")

  private static func themes() throws -> [(name: String, theme: Theme)] {
    let files = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    let schemes = try files.filter { $0.pathExtension == "yaml" }.map { file in
      let text = try String(contentsOf: file, encoding: .utf8)
      let scheme = try Base16Scheme.parse(text, fallbackName: file.lastPathComponent)
      return (file.lastPathComponent, try #require(scheme.theme))
    }
    return schemes + [("default-dark", .defaultDark), ("default-light", .defaultLight)]
  }

  @Test func `queue and compute have colours that differ in every theme`() throws {
    let themes = try Self.themes()
    #expect(themes.count >= 10)
    for (name, theme) in themes {
      for theme in [theme, theme.forFewColors] {
        let queue = theme.series(TimesBox.queueSeries).foreground
        let compute = theme.series(TimesBox.computeSeries).foreground
        #expect(Self.distance(queue, compute) > 60, "\(name): \(queue) and \(compute)")
      }
    }
  }

  /// In the cube of red, green and blue, each 0 through 255.
  private static func distance(_ one: Color, _ other: Color) -> Double {
    guard case .rgb(let r, let g, let b) = one, case .rgb(let x, let y, let z) = other else {
      return 0
    }
    let parts = [(r, x), (g, y), (b, z)].map { Double($0) - Double($1) }
    return parts.map { $0 * $0 }.reduce(0, +).squareRoot()
  }
}
