import Domain
import TextUI

extension ConsoleState {
  mutating func moveInTime(_ intent: Intent) {
    if moveInReplay(intent) { return }
    switch intent {
    case .pause where configuration.isReplay:
      say("this is the past: nothing goes on in it; \(key(.goLive)) goes to its end", .quiet)
    case .goLive where configuration.isReplay: if let live { standAtTheEnd(of: live) }
    case .pause: if pause == nil { stop() } else { goOn() }
    case .goLive: goOn()
    case .earlier: moveCursor(by: -1)
    case .later: moveCursor(by: 1)
    case .previousMark: jump { marks, from in marks.last { $0 < from } }
    case .nextMark: jump { marks, from in marks.first { $0 > from } }
    case .zoomIn:
      if let next = panelSpan.shorter, next >= panel.leastSpan {
        span = next
      } else {
        say("\(panel.leastSpan.name) is the shortest span here", .quiet)
      }
    case .zoomOut:
      if let next = panelSpan.longer {
        span = next
      } else {
        say("24 h is the longest span", .quiet)
      }
    case .nextVersion: nextVersion()
    default: break
    }
  }

  private mutating func stop() {
    guard let live else { return }
    pause = Pause(at: serverNow, snapshot: live, end: chartEnd)
    keepWords(of: live)
  }

  /// While it is paused, what is grave keeps the words in which it was first seen.
  mutating func keepWords(of snapshot: SystemSnapshot) {
    guard pause != nil else { return }
    for line in Notices.grave(snapshot, self) where pause?.words[line.subject] == nil {
      pause?.words[line.subject] = line.text
    }
  }

  /// Stops with the cursor at a moment of the past, and with some of what came after it on the charts.
  mutating func stand(at time: Timestamp) {
    guard time < serverNow else {
      return say("that moment is still to come: this is the present", .warn)
    }
    stop()
    let end = min(chartEnd, time.seconds + panelSpan.seconds / 4)
    pause?.end = end
    cursor = time.seconds
  }

  private mutating func goOn() {
    pause = nil
    cursor = nil
    latencyBucket = nil
  }

  /// Moves by columns. Beyond the left edge a paused picture is shifted; a live one ends there.
  private mutating func moveCursor(by columns: Int64) {
    let charts = chartSpan
    let newest = charts.filled - charts.step
    guard let cursor else {
      self.cursor = columns < 0 ? newest : nil
      board.hurry()
      if self.cursor != nil, let cursorLimit { say(cursorLimit, .quiet) }
      return
    }
    let next = cursor + columns * charts.step
    if next > newest, pause == nil {
      self.cursor = nil
    } else if next < charts.from {
      guard pause != nil else {
        say(
          "the chart begins here; p pauses, and then it can be shifted, - shows a longer span",
          .quiet)
        return
      }
      pause?.end -= charts.step * ChartSpan.page
      self.cursor = next
    } else {
      self.cursor = min(next, newest)
    }
  }

  private mutating func jump(_ choose: ([Int64], Int64) -> Int64?) {
    let charts = chartSpan
    let marks = timelineEntries.filter(\.isMark).map(\.time.seconds).sorted().filter {
      charts.column(of: $0) != nil
    }
    guard let next = choose(marks, cursor ?? charts.to) else {
      say("no other change within the last \(panelSpan.name); - shows a longer span", .quiet)
      return
    }
    cursor = next
  }

  private mutating func nextVersion() {
    guard let model = selected?.model else { return }
    if panel == .drift {
      let judged = model.judgedVersions
      guard let at = judgedVersion.flatMap(judged.firstIndex) else { return }
      selection = Selection(model: model.name, version: judged[(at + 1) % judged.count])
      if judged.count == 1 { say("\(judged[0]) is the only version that is judged", .quiet) }
      return
    }
    let order: [String?] = [nil] + model.measuredVersions.map(Optional.some)
    let at = order.firstIndex(of: latencyVersion) ?? 0
    latencyVersion = order[(at + 1) % order.count]
  }
}

extension AuditEntry {
  /// Whether the entry is worth a line in the charts: something changed for the traffic.
  package var isMark: Bool {
    if action == Self.backfillAction { return true }
    guard outcome == .done || outcome == .breakGlass else { return false }
    return ["promote", "rollback", "set-weight", "set-shadow", "release"].contains(action)
  }
}
