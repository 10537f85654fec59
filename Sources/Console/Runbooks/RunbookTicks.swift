import Domain
import TextUI

/// Steps of pages that are done: kept in the incident, and the same on every console.
extension ConsoleState {
  /// The open incident that the page is read in: of the alert's model, else of none.
  var readIncident: IncidentSummary? {
    guard let shown else { return nil }
    let model = readAlert?.model ?? (panel == .runbooks ? selection.model : nil)
    return shown.incident(of: model) ?? shown.incident(of: nil)
  }

  func tickedSteps(of page: Runbook) -> Set<String> {
    Set((readIncident?.steps ?? []).filter { $0.runbook == page.id }.map(\.step))
  }

  /// Ticks the step that has the focus, or takes the tick back. It asks nothing first: nothing is changed but a mark.
  mutating func tick() -> [Effect] {
    guard let reading, let page = readPage else { return [] }
    let targets = document(of: page).targets
    guard let focus = reading.focus, targets.indices.contains(focus),
      case .step(let id) = targets[focus], let step = page.steps.first(where: { $0.id == id })
    else {
      say("Down moves the focus to a step; x ticks it", .quiet)
      return []
    }
    if let actingObstacle {
      say(actingObstacle, .warn)
      return []
    }
    guard !step.isDone else {
      say("the page itself has it as done", .quiet)
      return []
    }
    guard let incident = readIncident else {
      say("no incident is open: steps are ticked in one, and a page opens it", .warn)
      return []
    }
    let isDone = !incident.isTicked(id, of: page.id)
    let command = Command(
      id: ids.next(),
      action: .tickStep(
        incident: incident.id, runbook: page.id, step: id, text: step.text, isDone: isDone),
      reason: isDone ? "step done" : "step not done", origin: .console)
    return [.send(command)]
  }

  /// The first step of what is read that is not done.
  var nextStep: String? {
    guard let page = readPage else { return nil }
    let done = tickedSteps(of: page)
    return page.steps.first { !$0.isDone && !done.contains($0.id) }?.text
  }
}
