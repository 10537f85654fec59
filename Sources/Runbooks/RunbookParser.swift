package import Domain

/// The text of a page as values: CommonMark with GitHub's tables, task lists, strikethrough and bare links, under a YAML
/// front matter.
package enum RunbookParser {
  /// Whatever the text is, there is a page: what is wrong with it stands in its diagnostics.
  ///
  /// - Parameters:
  ///   - id: the file's name without `.md`.
  ///   - file: the path that diagnostics name.
  package static func parse(_ text: String, id: String, file: String) -> Runbook {
    let source = PageSource(text)
    var page = Runbook(id: id, file: file, title: id)
    switch source.frontMatter {
    case .none: break
    case .unclosed:
      page.diagnostics.append(
        RunbookDiagnostic(
          file: file, line: 1, .error,
          "the front matter is not closed: a second line of --- is missing"))
    case .text(let yaml):
      var reader = FrontMatterReader(file: file)
      if let frontMatter = reader.read(yaml) {
        page.frontMatter = frontMatter
      } else {
        // What cannot be read by the program is still there for the reader.
        page.blocks.append(.code(yaml, language: "yaml"))
      }
      page.diagnostics += reader.diagnostics
    }
    var reader = MarkdownReader()
    page.blocks += reader.read(source.body)
    if let line = reader.flattenedLine {
      page.diagnostics.append(
        RunbookDiagnostic(
          file: file, line: line + source.bodyLine - 1, .warning,
          "more than \(RunbookBlock.depthLimit) lists and quotes within one another; shown as plain text"
        ))
    }
    if reader.leavesTables {
      page.diagnostics.append(
        RunbookDiagnostic(
          file: file, line: source.bodyLine, .warning,
          "a line has too many | for a page so long; tables are shown as they are written"))
    }
    page.title = title(of: page.blocks) ?? id
    return page
  }

  private static func title(of blocks: [RunbookBlock]) -> String? {
    for case .heading(_, let inlines) in blocks {
      let text = RunbookInline.text(of: inlines)
      if !text.isEmpty { return text }
    }
    return nil
  }
}
