package import TextUI

/// One row of the key table: the keys, what they mean, where, and the words for it.
package struct Binding: Sendable, Equatable {
  package var keys: [Key]
  package var intent: Intent
  /// One or two words for the hint bar.
  package var hint: String
  /// A line for the help page.
  package var help: String
  package var group: Group
  /// Where it works; empty means everywhere.
  package var panels: Set<PanelID>

  package enum Group: String, Sendable, CaseIterable {
    case panels = "Panels"
    case moving = "Moving"
    case time = "Time"
    case acting = "Acting (each asks first)"
    case other = "Other"
  }
}

/// The one table of keys, behind dispatch, hint bar and help page.
package struct Keymap: Sendable, Equatable {
  package var bindings: [Binding] { didSet { index = Index(bindings) } }
  private var index: Index

  package init(bindings: [Binding] = Keymap.standard) {
    self.bindings = bindings
    index = Index(bindings)
  }

  /// What every picture asks of the table, a dozen times each.
  private struct Index: Equatable {
    /// The first key of an intent's first row.
    var labels: [Intent: String] = [:]
    /// What can be acted with a key, by its label.
    var acts: [String: [Intent]] = [:]

    init(_ bindings: [Binding]) {
      for binding in bindings where labels[binding.intent] == nil {
        let label = binding.keys.first?.label ?? ""
        labels[binding.intent] = label
        if binding.intent.isAct { acts[label, default: []].append(binding.intent) }
      }
    }
  }

  package func binding(for key: Key, in panel: PanelID) -> Binding? {
    bindings.first {
      $0.keys.contains(key) && ($0.panels.isEmpty || $0.panels.contains(panel))
    }
  }

  /// The panels on which a key works that does not work everywhere, in their order.
  package func panels(for key: Key) -> [PanelID] {
    let panels = bindings.filter { $0.keys.contains(key) }.map(\.panels).reduce(
      Set(), { $0.union($1) })
    return PanelID.allCases.filter(panels.contains)
  }

  /// The keys of an intent as they are shown: "R", ", .".
  package func label(_ intent: Intent) -> String {
    index.labels[intent] ?? ""
  }

  /// What the key with this label may do, of all that changes something.
  func acts(with label: String) -> [Intent] { index.acts[label] ?? [] }

  /// Keys and words for the hint bar of a panel: those that matter most there, at most eight.
  package func hints(for panel: PanelID) -> [(keys: String, words: String)] {
    let intents: [[Intent]] =
      switch panel {
      case .overview:
        [[.open], [.rollBack], [.pin], [.promote], [.pause], [.filter], [.palette]]
      case .latency:
        [
          [.open], [.down], [.earlier, .later], [.zoomIn, .zoomOut], [.nextVersion], [.rollBack],
          [.palette],
        ]
      case .traffic:
        [
          [.open], [.down], [.earlier, .later], [.zoomIn, .zoomOut], [.rollBack], [.pause],
          [.palette],
        ]
      case .models:
        [[.rollBack], [.pin], [.promote], [.setWeight], [.shadow], [.release], [.freeze]]
      case .drift:
        [
          [.down], [.open], [.nextVersion], [.zoomIn, .zoomOut], [.rollBack], [.filter],
          [.palette],
        ]
      case .experiment:
        [
          [.down], [.open], [.rollBack], [.promote], [.setWeight], [.pause], [.palette],
        ]
      case .system:
        [[.show(.overview)], [.show(.latency)], [.show(.traffic)], [.pause], [.palette]]
      case .business:
        [[.down], [.show(.overview)], [.show(.drift)], [.pause], [.palette]]
      case .alerts:
        [[.open], [.runbook], [.acknowledge], [.silence], [.rollBack], [.filter], [.palette]]
      case .runbooks:
        [[.down], [.open], [.filter], [.show(.alerts)], [.show(.overview)], [.palette]]
      case .timeline: [[.down], [.open], [.undo], [.pause], [.filter], [.palette]]
      }
    return (intents + [[.help]]).compactMap { group in
      let rows = group.compactMap { intent in
        bindings.first { $0.intent == intent && ($0.panels.isEmpty || $0.panels.contains(panel)) }
      }
      guard let first = rows.first else { return nil }
      return (rows.compactMap { $0.keys.first?.label }.joined(separator: " "), first.hint)
    }
  }
}
