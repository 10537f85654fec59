package import Domain
import TextUI

/// Where the picture stands still and the time cursor was moved back, tables show the world as it was there.
extension ConsoleState {
  /// The end of the step under the cursor of a paused picture, on panels whose tables are of one moment; nil where the paused
  /// picture is of that moment itself.
  package var cursorMoment: Timestamp? {
    guard replay == nil, let pause, cursor != nil, connection.isUp else { return nil }
    switch panel {
    case .overview, .experiment, .models: break
    // An open alert stays open, whether or not it fired then: its chart has the cursor.
    case .alerts: if alertList.isOpen { return nil }
    // What a day was worth is not recorded by the minute: it stays what it was at the pause.
    case .latency, .traffic, .drift, .runbooks, .timeline, .business, .system: return nil
    }
    let span = chartSpan
    guard let step = cursorStep(in: span), step.to + span.step <= pause.at.seconds else {
      return nil
    }
    return Timestamp(seconds: step.to)
  }

  /// What was recorded of that moment, its models where the paused picture has them; of the one before while the next is
  /// awaited.
  package var cursorPicture: SystemSnapshot? {
    guard cursorMoment != nil, let paused = pause?.snapshot, var picture = board.past else {
      return nil
    }
    let known = paused.models.compactMap { picture.model($0.name) }
    picture.models = known + picture.models.filter { paused.model($0.name) == nil }
    return picture
  }

  /// What is shown was recorded, for as long as the cursor is there: what is not recorded is not known.
  package var showsPast: Bool { isPast || cursorPicture != nil }

  /// "at 14:01:20" where a table is of what was under the cursor; else empty.
  var cursorTime: String { cursorPicture.map { "at \(wall.time($0.time))" } ?? "" }

  /// The same for the end of a title.
  var cursorTitle: String { cursorTime.isEmpty ? "" : "  " + cursorTime }

  /// What the cursor does not move on this panel, for whoever moves it; nil where all follows.
  var cursorLimit: String? {
    switch panel {
    case .overview, .experiment, .models, .alerts:
      return pause != nil || isPast
        ? nil : "the table is of now; \(key(.pause)) pauses, and it shows what was at the cursor"
    case .business: return "this page counts days and weeks: it does not follow the cursor"
    case .runbooks: return "the figures in a page do not follow the cursor"
    case .latency, .traffic, .drift, .timeline, .system: return nil
    }
  }

  func cursorNeeds() -> [QueryBoard.Need] {
    cursorMoment.map {
      [QueryBoard.Need(slot: .past, question: .past(PastQuery(at: $0)))]
    } ?? []
  }
}
