package import TextUI

/// What is written when a person keeps a screen: one name, several forms.
package struct ScreenExport: Sendable, Equatable {
  /// Without an ending, of letters, digits and hyphens alone: "overview-20261122-140231".
  package var name: String
  /// By ending: "txt", "ansi", "svg", "csv".
  package var files: [File]

  package init(name: String, files: [File]) {
    self.name = name
    self.files = files
  }

  /// Writes the files, and gives their place as a person finds them.
  package typealias Keeping = @Sendable (ScreenExport) async -> Result<String, ExportFailure>

  package struct File: Sendable, Equatable {
    package var ending: String
    package var text: String

    package init(ending: String, text: String) {
      self.ending = ending
      self.text = text
    }
  }
}

extension ConsoleState {
  /// The picture in every colour, whatever this terminal shows of them.
  package var exportLook: Look {
    Look(theme: theme.theme, glyphs: showsUnicode ? .unicode : .ascii, colorDepth: .trueColor)
  }

  /// The screen as it stands and the data behind its panel.
  package var screenExport: ScreenExport {
    let grid = view(self, size: size, look: exportLook)
    let digits = wall.dateAndTime(shownTime).filter { $0.isNumber }
    return ScreenExport(
      name: "\(panel.name)-\(digits.prefix(8))-\(digits.suffix(6))",
      files: [
        .init(ending: "txt", text: grid.text + "\n"), .init(ending: "ansi", text: grid.ansi),
        .init(ending: "svg", text: grid.svg(theme)), .init(ending: "csv", text: csv),
      ])
  }

  mutating func takeExport(_ result: Result<String, ExportFailure>) {
    switch result {
    case .success(let place): say("kept as \(place) (txt, ansi, svg, csv)", .ok)
    case .failure(let failure): say("nothing was kept: \(failure.reason)", .warn)
    }
  }
}

/// Why a screen could not be kept.
package struct ExportFailure: Error, Sendable, Equatable {
  package var reason: String

  package init(reason: String) { self.reason = reason }
}

extension CellGrid {
  /// As a terminal of the theme's kind would show it.
  package func svg(_ theme: NamedTheme) -> String {
    theme.isDark
      ? svg(foreground: .rgb(204, 211, 220), background: .rgb(15, 20, 25))
      : svg(foreground: .rgb(36, 41, 51), background: .rgb(250, 250, 248))
  }
}
