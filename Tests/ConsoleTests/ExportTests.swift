import Console
import Domain
import Foundation
import FoundationXML
import Testing
import TextUI

/// Screens that are kept, and pictures taken without a terminal.
struct ExportTests {
  private static let size = Size(width: 80, height: 24)

  @Test func `e keeps the screen in four forms, and says where`() throws {
    var hand = Hand(Sample.state(size: Self.size))
    hand.press(.character("e"))
    let exports = hand.effects.compactMap {
      if case .export(let export) = $0 { export } else { nil }
    }
    let export = try #require(exports.first)
    #expect(export.name == "overview-20261122-140233")
    #expect(export.files.map(\.ending) == ["txt", "ansi", "svg", "csv"])
    #expect(export.files[0].text.contains("fraud"))
    #expect(!export.files[0].text.contains("\u{1B}"))
    hand.act(.exported(.success("/home/me/\(export.name)")))
    #expect(hand.text.contains("kept as /home/me/overview-20261122-140233 (txt, ansi, svg, csv)"))
    hand.act(.exported(.failure(ExportFailure(reason: "no space left on device"))))
    #expect(hand.text.contains("nothing was kept: no space left on device"))
  }

  @Test(arguments: PanelID.allCases)
  func `the data behind each panel is a sound table`(_ panel: PanelID) throws {
    let state = Sample.state(panel, size: Size(width: 120, height: 36))
    let rows = try Self.parsed(state.csv)
    #expect(rows.count > 1, "\(panel.name)")
    #expect(Set(rows.map(\.count)).count == 1, "\(panel.name)")
    try expectSnapshot(
      state.csv.split(separator: "\r\n").prefix(6).joined(separator: "\n"), "csv-\(panel.name)")
  }

  @Test func `hostile text is harmless in a spreadsheet and in a terminal`() throws {
    var model = Sample.fraud()
    model.name = "=cmd|'/c calc'!A1,\"x\"\u{1B}[31m"
    model.deployment.model = model.name
    let state = Sample.state(
      size: Self.size, snapshot: Sample.snapshot(models: [model]), selecting: Selection())
    let rows = try Self.parsed(state.csv)
    #expect(rows[1][1] == "'=cmd|'/c calc'!A1,\"x\"\\e[31m")
  }

  @Test(arguments: [PanelID.overview, .latency])
  func `an SVG is well-formed, draws maps as areas, and holds every word`(_ panel: PanelID) throws {
    let state = Sample.state(panel, size: Size(width: 120, height: 36))
    let grid = view(state, size: state.size, look: state.exportLook)
    let svg = grid.svg(state.theme)
    let parser = XMLParser(data: Data(svg.utf8))
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    #expect(svg.contains(">fraud</text>") || svg.contains("fraud"))
    #expect(!svg.contains("▀") && !svg.contains("█"))
  }

  @Test func `dots of a curve are areas of their cells, which no font moves`() {
    var grid = CellGrid(width: 3, height: 1)
    grid.write("⠁⢀a", at: Point(x: 0, y: 0), style: Style(.rgb(1, 2, 3)))
    let svg = grid.svg(foreground: .rgb(0, 0, 0), background: .rgb(255, 255, 255))
    let fill = "height=\"2.04\" fill=\"#010203\"/>"
    #expect(svg.contains("<rect x=\"1.1\" y=\"1.11\" width=\"2.02\" \(fill)"))
    #expect(svg.contains("<rect x=\"13.74\" y=\"13.85\" width=\"2.02\" \(fill)"))
    #expect(svg.contains("<text xml:space=\"preserve\" x=\"16.86\""))
    #expect(svg.contains(">a</text>"))
  }

  @Test func `characters of markup are text in an SVG`() {
    var grid = CellGrid(width: 30, height: 1)
    grid.write("<b>&\"'</b>", at: Point(x: 0, y: 0), style: Style(.rgb(1, 2, 3)).bold)
    let svg = grid.svg(foreground: .rgb(0, 0, 0), background: .rgb(255, 255, 255))
    #expect(svg.contains(">&lt;b&gt;&amp;\"'&lt;/b&gt;</text>"))
    #expect(svg.contains("fill=\"#010203\" font-weight=\"bold\""))
  }

  @Test func `ANSI sets each colour once a run, and ends it`() {
    var grid = CellGrid(width: 12, height: 2)
    grid.write("ab", at: Point(x: 2, y: 0), style: Style(.rgb(1, 2, 3), on: .rgb(4, 5, 6)).bold)
    grid.write("漢x", at: Point(x: 0, y: 1))
    #expect(grid.ansi == "  \u{1B}[1;38;2;1;2;3;48;2;4;5;6mab\u{1B}[m\n漢x\n")
  }

  @Test func `a picture is taken without a terminal`() async throws {
    let picture = PanelPicture(
      panel: .latency, model: "fraud", size: Size(width: 120, height: 36),
      settings: ConsoleSettings(), configuration: ConsoleConfiguration(endpoint: "unix:/x"))
    let state = try await picture.taken(from: QuietSource(), at: Sample.now)
    let text = view(state, size: state.size, look: state.exportLook).text
    #expect(text.contains("2 latency  fraud") && text.contains("▀"))
    #expect(!text.contains("reading"))
    var wrong = picture
    wrong.model = "nope"
    let error = await #expect(throws: SourceError.self) {
      try await wrong.taken(from: QuietSource(), at: Sample.now)
    }
    #expect(error?.reason.contains("no model is called \"nope\"; there are electricity") == true)
  }

  /// Rows of RFC 4180.
  private static func parsed(_ text: String) throws -> [[String]] {
    var rows: [[String]] = [[]]
    var field = ""
    var isQuoted = false
    var characters = Array(text)[...]
    while let character = characters.popFirst() {
      switch character {
      case "\"" where isQuoted && characters.first == "\"":
        field.append("\"")
        characters = characters.dropFirst()
      case "\"": isQuoted.toggle()
      case "," where !isQuoted:
        rows[rows.count - 1].append(field)
        field = ""
      case "\r\n" where !isQuoted:
        rows[rows.count - 1].append(field)
        field = ""
        rows.append([])
      default: field.append(character)
      }
    }
    #expect(field.isEmpty && !isQuoted)
    return rows.dropLast()
  }
}
