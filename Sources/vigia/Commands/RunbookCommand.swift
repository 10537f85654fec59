import ArgumentParser
import Console
import Domain
import Foundation
import Runbooks
import Storage
import TextUI

/// `vigia runbook`: the pages that say what to do about an alert, without a server.
struct RunbookCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runbook", abstract: "List, show and search runbooks; no server is needed.",
    subcommands: [List.self, Show.self, Search.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The pages, with what to do first.")
    @OptionGroup var options: FolderOptions
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
      let library = try options.library()
      if json { return try Output.json(library.pages.map(RunbookLine.init)) }
      Output.table(
        ["ALERT", "SEVERITY", "OWNER", "TESTED", "FIRST ACTION"],
        library.pages.map { page in
          let matter = page.frontMatter
          return [
            page.alert, matter.severity?.rawValue ?? "-", matter.owner ?? "-",
            matter.lastTested?.description ?? "never", matter.firstAction ?? "-",
          ]
        })
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The page for an alert.",
      discussion: """
        As wide as the terminal, else 80 columns. The checks are shown as their queries; `vigia query` answers one.

          vigia runbook show FeatureDrift --model fraud
        """)
    @Argument(help: "The alert, or the page's file name without .md.") var name: String
    @Option(help: "The model that the alert is for, where there are pages for some models only.")
    var model: String?
    @OptionGroup var options: FolderOptions
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
      let library = try options.library()
      let known = library.pages.map(\.alert)
      let alert = known.first { $0.lowercased() == name.lowercased() } ?? name
      guard let page = library.page(forAlert: alert, model: model) else {
        let hint = Spelling.nearest(to: alert, among: known).map { "; did you mean \($0)?" } ?? ""
        throw CommandFailure.found("no runbook for \"\(alert)\" in \(library.folder)\(hint)")
      }
      if json { return try Output.json(page) }
      RunbookText(columns: TerminalSize.current()?.columns ?? 80, glyphs: Output.glyphs)
        .lines(of: page).forEach(Output.line)
    }
  }

  struct Search: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Pages with all of the words, the best first; what matches stands in [ ].",
      discussion: """
        The last word may be the beginning of one. When no page has all words, those with any of them are shown. Exit 1 \
        when none has.

          vigia runbook search queue full
        """)
    @Argument(help: "The words.") var words: [String]
    @Option(help: "At most so many pages.") var limit = 10
    @OptionGroup var options: FolderOptions
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
      guard (1...1_000).contains(limit) else {
        throw ValidationError("--limit takes 1 through 1000, found \(limit)")
      }
    }

    func run() throws {
      let library = try options.library()
      let words = words.joined(separator: " ")
      let hits: [RunbookHit]
      do throws(StorageError) {
        hits = try RunbookIndex(library.pages.map(\.document)).search(words, limit: limit)
      } catch {
        throw CommandFailure.found(error.description)
      }
      if json {
        try Output.json(hits)
      } else {
        RunbookText(columns: TerminalSize.current()?.columns ?? 80, glyphs: Output.glyphs)
          .lines(of: hits).forEach(Output.line)
      }
      if hits.isEmpty {
        throw CommandFailure.found("no runbook in \(library.folder) has \"\(words)\"")
      }
    }
  }

  struct FolderOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The folder of pages.", valueName: "folder")) var folder: String?
    @Option(help: ArgumentHelp("The configuration that names it.", valueName: "file"))
    var config: String?

    /// What is wrong with pages goes to standard error, and the others are there.
    func library() throws -> RunbookLibrary {
      let path = try folder ?? loadConfiguration(file: config).runbooks
      guard let path else {
        throw CommandFailure.usage(
          "no folder of runbooks: give --folder, or `runbooks: FOLDER` in the configuration")
      }
      var library = RunbookLibrary(folder: path)
      _ = library.reload()
      for diagnostic in library.diagnostics { Output.note(diagnostic.description) }
      guard !library.pages.isEmpty else {
        throw CommandFailure.found("there is no page in \(path)")
      }
      return library
    }
  }
}

/// A page as `vigia runbook list --json` has it.
private struct RunbookLine: Encodable {
  var alert: String
  var title: String
  var severity: String?
  var owner: String?
  var lastTested: String?
  var firstAction: String?
  var file: String
  var problems: [String]

  init(_ page: Runbook) {
    alert = page.alert
    title = page.title
    severity = page.frontMatter.severity?.rawValue
    owner = page.frontMatter.owner
    lastTested = page.frontMatter.lastTested?.description
    firstAction = page.frontMatter.firstAction
    file = page.file
    problems = page.diagnostics.map(\.description)
  }

  enum CodingKeys: String, CodingKey {
    case alert, title, severity, owner, file, problems
    case lastTested = "last_tested"
    case firstAction = "first_action"
  }
}
