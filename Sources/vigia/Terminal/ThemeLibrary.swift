import Foundation
package import TextUI

/// The themes that there are: those of the program, and base16 schemes in folders.
package struct ThemeLibrary: Sendable, Equatable {
  /// Of one name the first counts; never empty.
  package private(set) var themes: [NamedTheme]
  /// What is wrong with files: `path:line: reason`.
  package private(set) var problems: [String] = []

  /// A scheme is a few hundred bytes; more is something else.
  private static let fileLimit = 65_536
  private static let filesMax = 500

  /// Reads every `.yaml` file of the folders; a folder that is not there has none.
  package init(folders: [String]) {
    themes = NamedTheme.builtIn
    for folder in folders {
      let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      for file in files.sorted().prefix(Self.filesMax) {
        guard let name = Self.name(of: file) else { continue }
        do throws(ThemeProblem) {
          add(try Self.theme(at: "\(folder)/\(file)", name: name))
        } catch {
          problems.append(error.description)
        }
      }
    }
  }

  /// Beside the configuration, then where the program is: `themes/` in the working directory or in a parent of the
  /// executable's folder, `share/vigia/themes` beside its `bin`.
  package static func folders(
    configurationFolder: String?, workingDirectory: String, executable: String?
  ) -> [String] {
    var folders: [String] = []
    func add(_ folder: String) { if !folders.contains(folder) { folders.append(folder) } }
    if let configurationFolder { add(FilePath.absolute("themes", in: configurationFolder)) }
    add(FilePath.absolute("themes", in: workingDirectory))
    var parent = executable.map { FilePath.folder(of: FilePath.absolute($0, in: workingDirectory)) }
    while let folder = parent {
      add(FilePath.absolute("themes", in: folder))
      add(FilePath.absolute("share/vigia/themes", in: folder))
      parent = folder == "/" ? nil : FilePath.folder(of: folder)
    }
    return folders
  }

  /// The name of the theme that is asked for, read from its file when a path is given.
  ///
  /// - Parameter folder: where a relative path starts.
  package mutating func choose(_ wanted: String, from folder: String) throws(ThemeProblem) -> String
  {
    if wanted.contains("/") || Self.name(of: wanted) != nil {
      let path = FilePath.absolute(wanted, in: folder)
      let file = path.split(separator: "/").last.map(String.init) ?? path
      let theme = try Self.theme(at: path, name: Self.name(of: file) ?? file)
      themes.removeAll { $0.name == theme.name }
      themes.append(theme)
      return theme.name
    }
    guard themes.contains(where: { $0.name == wanted }) else {
      throw .unknown(wanted, known: themes.map(\.name))
    }
    return wanted
  }

  private mutating func add(_ theme: NamedTheme) {
    if !themes.contains(where: { $0.name == theme.name }) { themes.append(theme) }
  }

  private static func name(of file: String) -> String? {
    for ending in [".yaml", ".yml"] where file.hasSuffix(ending) && file.count > ending.count {
      return String(file.dropLast(ending.count))
    }
    return nil
  }

  private static func theme(at path: String, name: String) throws(ThemeProblem) -> NamedTheme {
    guard let file = FileHandle(forReadingAtPath: path),
      let data = try? file.read(upToCount: fileLimit + 1)
    else { throw .unreadable(path: path) }
    guard data.count <= fileLimit else { throw .tooLarge(path: path, limit: fileLimit) }
    guard let text = String(data: data, encoding: .utf8) else { throw .notUTF8(path: path) }
    let theme: NamedTheme?
    do throws(SchemeProblem) {
      let scheme = try Base16Scheme.parse(text, fallbackName: name)
      theme = NamedTheme(name: name, scheme)
    } catch {
      throw .broken(path: path, error)
    }
    guard let theme else { throw .unreadable(path: path) }
    return theme
  }
}

/// Why a theme is not there.
package enum ThemeProblem: Error, Sendable, Equatable, CustomStringConvertible {
  case unknown(String, known: [String])
  case unreadable(path: String)
  case tooLarge(path: String, limit: Int)
  case notUTF8(path: String)
  case broken(path: String, SchemeProblem)

  package var description: String {
    switch self {
    case .unknown(let name, let known):
      "no theme is called \"\(Output.harmless(name))\"; there are \(known.joined(separator: ", "))"
    case .unreadable(let path): "\(path): no such theme, or it cannot be read"
    case .tooLarge(let path, let limit):
      "\(path): more than \(limit) bytes: this is no base16 scheme"
    case .notUTF8(let path): "\(path): expected UTF-8 text, found other bytes"
    case .broken(let path, let problem): "\(path):\(problem.line): \(problem)"
    }
  }
}
