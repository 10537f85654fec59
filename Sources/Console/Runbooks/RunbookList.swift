import Domain
import TextUI

/// A row of the list of pages: as the list has it, or as a search found it.
struct RunbookRow: Sendable, Equatable {
  var id: String
  var entry: RunbookEntry?
  /// Words around what was found.
  var snippet: [RunbookHit.Part] = []
}

extension ConsoleState {
  var runbookEntries: [RunbookEntry] { board.runbooks(.runbookList)?.entries ?? [] }

  /// What is looked for in all pages; empty for nothing.
  var runbookWords: String { filters[.runbooks]?.text ?? "" }

  /// As much of it as a question takes.
  var searchedWords: String { String(runbookWords.prefix(RunbookQuery.searchMax)) }

  /// Whether it is not known yet which pages have these words: what was found is of others, or nothing was.
  var isSearchingPages: Bool {
    guard !runbookWords.isEmpty else { return false }
    return board.entries[.runbookSearch]?.answered?.search != searchedWords
  }

  /// Why the search for these words has no answer.
  var searchFailure: String? {
    guard let entry = board.entries[.runbookSearch], entry.question.search == searchedWords else {
      return nil
    }
    return entry.failure
  }

  /// By what the list of alerts has for each page.
  var runbookOrder: RunbookOrder { RunbookOrder(alertGroups) }

  /// All pages, those to look at first; else what the search found, the best first.
  var listedRunbooks: [RunbookRow] {
    let entries = runbookEntries
    guard !runbookWords.isEmpty else {
      return runbookOrder.sorted(entries).map { RunbookRow(id: $0.id, entry: $0) }
    }
    guard !isSearchingPages else { return [] }
    return (board.runbooks(.runbookSearch)?.hits ?? []).map { hit in
      RunbookRow(
        id: hit.id, entry: entries.first { $0.id == hit.id }, snippet: hit.snippet)
    }
  }

  /// What is said of a list without a page that Enter could open: why is on the panel itself.
  var emptyRunbooksWords: String {
    if runbookWords.isEmpty {
      let isReading = board.runbooks(.runbookList) == nil && board.failure(.runbookList) == nil
      return isReading ? "no page yet: the list is being read" : "there is no page to open"
    }
    return isSearchingPages && searchFailure == nil
      ? "no page yet: the search is under way" : "there is no page to open"
  }
}

extension QueryBoard.Question {
  /// What pages are searched for; nil for other questions.
  fileprivate var search: String? {
    if case .runbooks(let query, _) = self { query.search } else { nil }
  }
}
