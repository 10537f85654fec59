import Console
import Foundation
import Synchronization
import Testing
import TextUI
import vigia

/// Themes and keys, from files to a console.
struct ConsoleSettingsTests {
  private static let colors = (0..<16).map {
    "  base0\(String($0, radix: 16).uppercased()): \"#\(String($0, radix: 16))0a0b0\"\n"
  }.joined()

  private func settings(
    _ folder: TemporaryFolder, theme: String? = nil
  ) -> ConsoleSettings {
    ConsoleSettingsSource(
      file: "\(folder.path)/vigia.yaml", theme: theme, environment: [:],
      workingDirectory: folder.path, executable: nil
    ).read()
  }

  private func folder(
    _ configuration: String, themes: [String: String] = [:]
  ) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try Data(configuration.utf8).write(to: URL(filePath: "\(folder.path)/vigia.yaml"))
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/themes", withIntermediateDirectories: true)
    for (name, text) in themes {
      try Data(text.utf8).write(to: URL(filePath: "\(folder.path)/themes/\(name)"))
    }
    return folder
  }

  @Test func `a scheme beside the configuration is chosen by its name or its path`() throws {
    let scheme = "name: \"Mine\"\npalette:\n" + Self.colors
    for named in ["mine", "themes/mine.yaml"] {
      let folder = try folder("theme: \(named)\n", themes: ["mine.yaml": scheme])
      let settings = settings(folder)
      #expect(settings.theme == "mine")
      #expect(settings.problems == [])
      let theme = settings.themes.first { $0.name == "mine" }
      #expect(theme?.title == "Mine")
      #expect(theme?.theme.accent.foreground == .rgb(0xd0, 0xa0, 0xb0))
    }
  }

  @Test func `a broken theme is said with its line, and the default takes its place`() throws {
    let folder = try folder(
      "theme: mine\n", themes: ["mine.yaml": "palette:\n  base00: \"#12\"\n" + Self.colors])
    let settings = settings(folder)
    #expect(settings.theme == "default-dark")
    #expect(
      settings.problems.first
        == "\(folder.path)/themes/mine.yaml:3: base00 is given twice")
    #expect(
      settings.problems.last?.hasPrefix("theme: no theme is called \"mine\"; there are ") == true)
    #expect(settings.problems.last?.hasSuffix("; default-dark is used") == true)
  }

  @Test func `keys are read as they are written`() throws {
    let folder = try folder("keys:\n  overview: [1, o]\n  pause: Space\n  theme: []\n  zone: ~\n")
    let settings = settings(folder)
    #expect(settings.problems == [])
    let keymap = settings.keymap
    #expect(keymap.binding(for: .character("o"), in: .latency)?.intent == .show(.overview))
    #expect(keymap.binding(for: .character("1"), in: .latency)?.intent == .show(.overview))
    #expect(keymap.binding(for: .character(" "), in: .latency)?.intent == .pause)
    #expect(keymap.binding(for: .character("t"), in: .latency) == nil)
    #expect(keymap.binding(for: .character("~"), in: .latency)?.intent == .switchZone)
  }

  @Test(arguments: [
    ("keys: R\n", ":1:7: keys: expected a key or a list of keys, found text \"R\""),
    (
      "keys:\n  pause: {a: b}\n",
      ":2:3: pause: expected a key or a list of keys, found a block of keys"
    ),
    ("keys:\n  pause: [[a]]\n", ":2:3: pause: expected a key or a list of keys, found a list of 1"),
    ("keys:\n  zone: U\n  roll_back: y\n", ":3:3: keys: roll_back: y answers the question"),
    ("keys:\n  nonsense: x\n", ":2:3: keys: no action is called \"nonsense\""),
  ])
  func `a broken keymap is said with its line, and the usual keys take its place`(
    _ text: String, _ problem: String
  ) throws {
    let folder = try folder(text)
    let settings = settings(folder)
    #expect(settings.keymap == Keymap())
    #expect(settings.problems.count == 1)
    #expect(settings.problems.first?.contains(problem) == true, "\(settings.problems)")
    #expect(settings.problems.first?.hasSuffix("; the usual keys are used") == true)
  }

  @Test func `a configuration that cannot be read at all is said`() throws {
    let folder = try folder("theme: [\n")
    #expect(settings(folder).problems.first?.contains("vigia.yaml:2") == true)
  }

  @Test func `a flag beats the file, and one that names no theme is a mistake`() throws {
    let folder = try folder("theme: default-light\n")
    #expect(settings(folder).theme == "default-light")
    #expect(settings(folder, theme: "mono").theme == "mono")
    let wrong = ConsoleSettingsSource(
      file: nil, theme: "nope", environment: [:], workingDirectory: folder.path, executable: nil)
    #expect(throws: (any Error).self) { try wrong.checkFlag() }
  }

  @Test func `themes are looked for beside the configuration first, and above the program`() {
    let folders = ThemeLibrary.folders(
      configurationFolder: "/etc/vigia", workingDirectory: "/home/me",
      executable: "/opt/vigia/bin/vigia")
    #expect(folders.first == "/etc/vigia/themes")
    #expect(folders.contains("/opt/vigia/share/vigia/themes"))
    #expect(folders.contains("/home/me/themes"))
  }

  @Test(.timeLimit(.minutes(1)))
  func `a changed file is noticed, and nothing else wakes`() async throws {
    let folder = try folder("theme: mono\n")
    let (changes, signal) = AsyncStream.makeStream(of: Void.self)
    let watch = try #require(FolderWatch(folders: [folder.path]) { signal.yield() })
    try Data("theme: default-light\n".utf8).write(
      to: URL(filePath: "\(folder.path)/vigia.yaml"), options: .atomic)
    for await _ in changes { break }
    #expect(settings(folder).theme == "default-light")
    watch.stop()
  }
}
