import ArgumentParser
import Console
import Domain
import Foundation
import Integrations
import TextUI
import Waiting

/// `vigia snapshot`: a panel as a picture or a table, without a terminal.
struct SnapshotCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snapshot", abstract: "Draw a panel of a running server, for a wiki or a chat.",
    discussion: """
      Panels: \(PanelID.allCases.map(\.name).joined(separator: ", ")). Without --output it goes to standard output.

        vigia snapshot overview --attach unix:var/vigia.sock --format svg --output overview.svg
        vigia snapshot latency --model fraud --size 160x48 --format text
        vigia snapshot traffic --format csv
      """)
  @Argument(help: "The panel.") var panel: String
  @Option(help: ArgumentHelp("Columns and rows.", valueName: "WxH")) var size = "120x36"
  @Option(help: "svg, png, text, ansi, or csv for the data behind the panel.")
  var format = SnapshotFormat.svg
  @Option(help: "The model that the panel is about; else the first.") var model: String?
  @Option(help: ArgumentHelp(themeHelp, valueName: "name|file")) var theme: String?
  @Option(help: ArgumentHelp("Where to write it, for its owner alone to read.", valueName: "file"))
  var output: String?
  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let panel = try chosenPanel()
    let size = try Self.size(size)
    let source = ConsoleSettingsSource(file: connection.config, theme: theme)
    try source.checkFlag()
    // Before anything is asked: what cannot be written need not be drawn.
    let rasterizer = format == .png ? try Rasterizer.found() : nil
    let state = try await connection.withClient { client in
      try await PanelPicture(
        panel: panel, model: model, size: size, settings: source.read(),
        configuration: ConsoleConfiguration(
          endpoint: client.endpoint.description,
          zone: .current)
      ).taken(from: client, at: .now)
    }
    let grid = view(state, size: size, look: state.exportLook)
    let data: Data
    switch format {
    case .text: data = Data((grid.text + "\n").utf8)
    case .ansi: data = Data(grid.ansi.utf8)
    case .csv: data = Data(state.csv.utf8)
    case .svg: data = Data(grid.svg(state.theme).utf8)
    case .png: data = try rasterizer?.png(grid.svg(state.theme)) ?? Data()
    }
    try write(data)
  }

  private func chosenPanel() throws -> PanelID {
    if let found = PanelID.allCases.first(where: { $0.name == panel || "\($0.key)" == panel }) {
      return found
    }
    let names = PanelID.allCases.map(\.name)
    let hint = Spelling.nearest(to: panel, among: names).map { "; did you mean \($0)?" } ?? ""
    throw CommandFailure.usage(
      "no panel \"\(Output.harmless(panel))\"\(hint); there are \(names.joined(separator: ", "))")
  }

  static func size(_ text: String) throws -> Size {
    let numbers = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2, let width = numbers[0], let height = numbers[1],
      (60...500).contains(width), (15...200).contains(height)
    else {
      throw CommandFailure.usage(
        "--size: expected 60x15 to 500x200, found \"\(Output.harmless(text))\"")
    }
    return Size(width: width, height: height)
  }

  private func write(_ data: Data) throws {
    guard let output else {
      try FileHandle.standardOutput.write(contentsOf: data)
      return
    }
    let made = FileManager.default.createFile(
      atPath: output, contents: data, attributes: [.posixPermissions: 0o600])
    guard made else { throw CommandFailure.found("\(output): cannot be written") }
    Output.note(output)
  }
}

enum SnapshotFormat: String, ExpressibleByArgument, CaseIterable {
  case svg, png, text, ansi, csv
}

/// A program of the system that makes a PNG of an SVG: Vigia draws no letters itself.
struct Rasterizer {
  var path: String
  var arguments: [String]

  /// Those that read an SVG from standard input and write a PNG to standard output.
  private static let known: [(name: String, arguments: [String])] = [
    ("rsvg-convert", ["--format", "png"]), ("resvg", ["-", "-c"]),
  ]

  static func found() throws -> Rasterizer {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
      .split(separator: ":").map(String.init)
    for program in known {
      for folder in folders where folder.hasPrefix("/") {
        let path = "\(folder)/\(program.name)"
        if FileManager.default.isExecutableFile(atPath: path) {
          return Rasterizer(path: path, arguments: program.arguments)
        }
      }
    }
    throw CommandFailure.found(
      "a PNG needs rsvg-convert or resvg, and neither is in PATH: install librsvg2-bin (Debian) or resvg, "
        + "or take --format svg, which wikis and browsers show")
  }

  func png(_ svg: String) throws -> Data {
    let process = Process()
    let (input, output) = (Pipe(), Pipe())
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.standardInput = input
    process.standardOutput = output
    do {
      try process.run()
    } catch {
      throw CommandFailure.found("\(path) cannot be started")
    }
    // On a thread of its own: a pipe holds less than a picture.
    NamedThread.start("picture-out") {
      try? input.fileHandleForWriting.write(contentsOf: Data(svg.utf8))
      try? input.fileHandleForWriting.close()
    }
    let data = (try? output.fileHandleForReading.readToEnd()) ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0, data.starts(with: [0x89, 0x50, 0x4E, 0x47]) else {
      throw CommandFailure.found("\(path) made no PNG (status \(process.terminationStatus))")
    }
    return data
  }
}
