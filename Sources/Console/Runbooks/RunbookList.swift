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

  /// Why the list has no page that Enter could open.
  var emptyRunbooksReason: String {
    let isList = runbookWords.isEmpty
    let slot: QueryBoard.Slot = isList ? .runbookList : .runbookSearch
    if let failure = isList ? board.failure(slot) : searchFailure {
      return board.entries[slot]?.isMissing == true
        ? "there are no runbooks: \(failure)" : "the pages cannot be read: \(failure)"
    }
    if !isList {
      return isSearchingPages
        ? "no page yet: the search is under way" : "no page has these words"
    }
    return board.runbooks(.runbookList) == nil
      ? "no page yet: the list is being read" : "there is no page to open"
  }
}

extension QueryBoard.Question {
  /// What pages are searched for; nil for other questions.
  fileprivate var search: String? {
    if case .runbooks(let query, _) = self { query.search } else { nil }
  }
}
