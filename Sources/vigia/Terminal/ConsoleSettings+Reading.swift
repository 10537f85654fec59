package import Console
import Control
import Foundation
import TextUI

/// Theme and keys as the configuration has them, read again whenever it changes.
package struct ConsoleSettingsSource: Sendable {
  /// As `--config` names it; nil for `vigia.yaml` where the console was started, if there is one.
  package var file: String?
  /// As `--theme` names it: beats the file.
  package var theme: String?
  package var environment: [String: String]
  package var workingDirectory: String
  package var executable: String?

  package init(
    file: String?, theme: String?,
    environment: [String: String] = ProcessInfo.processInfo.environment,
    workingDirectory: String = FileManager.default.currentDirectoryPath,
    executable: String? = try? FileManager.default.destinationOfSymbolicLink(
      atPath: "/proc/self/exe")
  ) {
    self.file = file
    self.theme = theme
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.executable = executable
  }

  private static let standardTheme = "default-dark"
  /// On a terminal with a light background, unless a theme is set.
  private static let lightTheme = "default-light"

  /// What a dead host's store does not keep, as the configuration has it.
  ///
  /// - Returns: the folder of pages that it names, else those that come with Vigia; and the machine's price. Nil where nobody
  ///   says.
  var besideStore: (runbooks: String?, price: MachinePrice?) {
    let configuration = ConfigurationLoader(
      environment: environment, workingDirectory: workingDirectory
    ).load(file: file).0
    return (
      configuration?.runbooks ?? RuleSet.standardRunbooks(executable: executable),
      configuration?.machinePrice
    )
  }

  /// Never fails: what is wrong is said, and the usual takes its place.
  package func read() -> ConsoleSettings {
    let (configuration, diagnostics) = ConfigurationLoader(
      environment: environment, workingDirectory: workingDirectory
    ).load(file: file)
    var problems = configuration == nil ? diagnostics.filter(\.isError).map(\.description) : []
    var library = ThemeLibrary(folders: themeFolders)
    problems += library.problems
    let wanted = theme ?? configuration?.theme ?? Self.standardTheme
    let start = theme == nil ? configurationFolder ?? workingDirectory : workingDirectory
    var chosen = Self.standardTheme
    do throws(ThemeProblem) {
      chosen = try library.choose(wanted, from: start)
    } catch {
      problems.append("theme: \(error); \(Self.standardTheme) is used")
    }
    let keys = Self.keymap(configuration?.keys ?? [])
    problems += keys.problem.map { [$0 + "; the usual keys are used"] } ?? []
    let isThemeSet =
      theme != nil || configuration.map { $0.origin(of: .theme) != .standard } ?? false
    return ConsoleSettings(
      themes: library.themes, theme: chosen, lightTheme: isThemeSet ? nil : Self.lightTheme,
      keymap: keys.keymap, rings: configuration?.ringsBell ?? false,
      notifies: configuration?.notifiesDesktop ?? false,
      showsLinks: configuration?.showsLinks ?? true, problems: problems)
  }

  /// Whether clicks and the wheel do something, as the file says, if there is one that can be read.
  package var fileUsesMouse: Bool {
    ConfigurationLoader(environment: environment, workingDirectory: workingDirectory)
      .load(file: file).configuration?.usesMouse ?? true
  }

  /// - Throws: a failure of usage when `--theme` names none.
  package func checkFlag() throws {
    guard let theme else { return }
    var library = ThemeLibrary(folders: themeFolders)
    do throws(ThemeProblem) {
      _ = try library.choose(theme, from: workingDirectory)
    } catch {
      throw CommandFailure.usage("--theme: \(error)")
    }
  }

  /// The folders in which a changed file may change the settings.
  package var watchedFolders: [String] {
    [configurationFolder ?? workingDirectory] + themeFolders
  }

  /// The keymap of those lines, or the usual one and why.
  package static func keymap(_ lines: [ConfiguredKey]) -> (keymap: Keymap, problem: String?) {
    if let broken = lines.first(where: { $0.keys == nil }) {
      return (
        Keymap(),
        "\(broken.place): \(broken.action): expected a key or a list of keys, found \(broken.found)"
      )
    }
    let changes = lines.map { KeyChange(action: $0.action, keys: $0.keys ?? []) }
    switch Keymap().remapped(changes) {
    case .success(let keymap): return (keymap, nil)
    case .failure(let error):
      return (Keymap(), "\(lines[error.change].place): keys: \(error.problem)")
    }
  }

  private var configurationFolder: String? {
    let named = file ?? environment["VIGIA_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
    return named.map { FilePath.folder(of: FilePath.absolute($0, in: workingDirectory)) }
  }

  private var themeFolders: [String] {
    ThemeLibrary.folders(
      configurationFolder: configurationFolder, workingDirectory: workingDirectory,
      executable: executable)
  }
}
