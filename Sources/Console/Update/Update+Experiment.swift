package import Domain
import TextUI

extension ConsoleState {
  /// The keys that choose among the guardrails; false passes the key on.
  mutating func moveInGuardrails(_ intent: Intent) -> Bool {
    let names = guardrails.map(\.name)
    guard !names.isEmpty else { return false }
    if let target = intent.target(from: guardrailIndex, count: names.count) {
      experiment.selected = names[min(max(target, 0), names.count - 1)]
      return true
    }
    switch intent {
    case .open: experiment.isOpen.toggle()
    case .back where experiment.isOpen: experiment.isOpen = false
    default: return false
    }
    return true
  }

  package var guardrails: [ExperimentSummary.Guardrail] {
    selected?.model.judgement?.experiment?.guardrails ?? []
  }

  /// Before one was chosen: the one that is proven worse.
  var guardrailIndex: Int {
    let guardrails = guardrails
    return guardrails.firstIndex { $0.name == experiment.selected }
      ?? selected?.model.judgement?.experiment?.proven.flatMap { proven in
        guardrails.firstIndex { $0.name == proven.name }
      } ?? 0
  }

  /// The chosen one; nil where nothing is compared.
  package var shownGuardrail: ExperimentSummary.Guardrail? {
    let guardrails = guardrails
    return guardrails.indices.contains(guardrailIndex) ? guardrails[guardrailIndex] : nil
  }

  /// How the effects of the present comparison went, up to the moment that is shown.
  package var shownEffects: ExperimentEffects? {
    guard let model = selected?.model, let experiment = model.judgement?.experiment else {
      return nil
    }
    let courses =
      board.judgements(
        .effects, model: model.name, version: experiment.challenger)?.effects ?? []
    let known = courses.last {
      $0.champion == experiment.champion && $0.since == experiment.since
    }
    guard let known else { return nil }
    // A comparison has one record, of its newest point: it is whole, whichever moment it is asked for.
    return known.until(shownTime)
  }
}
