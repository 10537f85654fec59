package import Domain

/// The pages of a folder, `*.md` but for `README.md` and names that begin with `_` or a dot, and what is wrong with them.
package struct RunbookLibrary: Sendable {
  /// Of one page. The worst texts of this size known to us take cmark 0.7 s, of twice the size 3.4 s.
  package static let byteLimit = 64 << 10
  /// Of a folder.
  package static let fileLimit = 1_000

  package let folder: String
  /// In the order of their names.
  package private(set) var pages: [Runbook] = []
  /// What is wrong with the folder, and with files that are no page.
  package private(set) var unreadable: [RunbookDiagnostic] = []
  /// The same, and what is wrong in pages.
  package var diagnostics: [RunbookDiagnostic] { unreadable + pages.flatMap(\.diagnostics) }

  private var entries: [String: Entry] = [:]
  private var folderProblem: RunbookDiagnostic?

  private struct Entry: Equatable {
    var stamp: PageFile.Stamp?
    var result: Result<Runbook, PageFile.Failure>
  }

  /// Nothing is read before `reload`.
  package init(folder: String) { self.folder = folder }

  /// Reads what is new, has changed since the last time, told by size and modification time, or could not be read.
  /// - Returns: whether pages or diagnostics are others than before.
  package mutating func reload() -> Bool {
    var found: [String: Entry] = [:]
    var problem: RunbookDiagnostic?
    do throws(PageFile.Failure) {
      let names = try PageFile.names(in: folder)
      for name in names.prefix(Self.fileLimit) { found[name] = entry(name) }
      if names.count > Self.fileLimit {
        problem = RunbookDiagnostic(
          file: folder, .error, "more than \(Self.fileLimit) pages; the others are left out")
      }
    } catch {
      problem = RunbookDiagnostic(file: folder, .error, error.reason)
    }
    guard found != entries || problem != folderProblem else { return false }
    (entries, folderProblem) = (found, problem)
    collect()
    return true
  }

  /// The page for an alert, on a model when it has one: what the front matter says goes before the file's name, and a
  /// page for some models before one for all.
  package func page(forAlert name: String, model: String? = nil) -> Runbook? {
    let candidates = pages.filter { page in
      page.alert == name || page.id == name
    }.filter { page in
      page.frontMatter.appliesTo.isEmpty
        || model.map { model in
          page.frontMatter.appliesTo.contains { NamePattern($0).matches(model) }
        } ?? true
    }
    return candidates.max { rank($0, name) < rank($1, name) }
  }

  private func rank(_ page: Runbook, _ name: String) -> Int {
    (page.alert == name ? 2 : 0) + (page.frontMatter.appliesTo.isEmpty ? 0 : 1)
  }

  private func entry(_ name: String) -> Entry {
    let path = folder + "/" + name
    let stamp = PageFile.stamp(of: path)
    if let entry = entries[name], entry.stamp == stamp, case .success = entry.result {
      return entry
    }
    return Entry(stamp: stamp, result: Self.page(path, name: name))
  }

  private mutating func collect() {
    pages = []
    unreadable = folderProblem.map { [$0] } ?? []
    for (name, entry) in entries.sorted(by: { $0.key < $1.key }) {
      switch entry.result {
      case .success(let page): pages.append(page)
      case .failure(let failure):
        unreadable.append(RunbookDiagnostic(file: folder + "/" + name, .error, failure.reason))
      }
    }
  }

  private static func page(_ path: String, name: String) -> Result<Runbook, PageFile.Failure> {
    Result { () throws(PageFile.Failure) -> Runbook in
      let (text, isUTF8) = try PageFile.text(of: path, limit: byteLimit)
      var page = RunbookParser.parse(text, id: String(name.dropLast(3)), file: path)
      if !isUTF8 {
        page.diagnostics.insert(
          RunbookDiagnostic(file: path, .error, "not UTF-8: wrong bytes are shown as U+FFFD"),
          at: 0)
      }
      return page
    }
  }
}
