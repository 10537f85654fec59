package import Domain
import TextUI

/// Which model and version the hand points at: an object, never a row number.
package struct Selection: Sendable, Equatable {
  package var model: String?
  package var version: String?

  package init(model: String? = nil, version: String? = nil) {
    self.model = model
    self.version = version
  }
}

extension SystemSnapshot {
  /// The rows of the overview: what serves, model by model; a model with nothing to serve still has
  /// its champion's row.
  package var servingRows: [ModelVersion] {
    models.flatMap { model in
      model.servingVersions.map { ModelVersion(model: model.name, version: $0) }
    }
  }
}

extension SystemSnapshot {
  /// Where somebody who was just woken looks first: what the gravest open alert names, else the first row that serves badly;
  /// nothing where all is well.
  package var gravest: Selection {
    let alerts = pressingAlerts.map(\.addressed)
      .filter { $0.source == nil && $0.model.flatMap(model) != nil }
    if let worst = alerts.map(\.severity).max(),
      let alert = alerts.first(where: { $0.severity == worst })
    {
      return Selection(model: alert.model, version: alert.version)
    }
    let isBad = { [self] (row: ModelVersion) in
      guard let model = model(row.model), let version = model.version(row.version) else {
        return false
      }
      return Health(version, objective: model.objective).tone == .critical
    }
    return servingRows.first(where: isBad).map { Selection(model: $0.model, version: $0.version) }
      ?? Selection()
  }
}

extension ModelSnapshot {
  /// Champion, challenger, shadow.
  package var servingVersions: [String] {
    var names = [deployment.champion]
    for name in [deployment.challenger?.version, deployment.shadow].compactMap(\.self)
    where !names.contains(name) {
      names.append(name)
    }
    return names
  }
}

extension Selection {
  /// What the selection means in a snapshot. A version that left the traffic hands over to its
  /// model's champion, a model that is gone to the first one.
  package func resolved(
    in snapshot: SystemSnapshot, allVersions: Bool
  ) -> (model: ModelSnapshot, version: String)? {
    guard let found = model.flatMap(snapshot.model) ?? snapshot.models.first else { return nil }
    let names = allVersions ? found.versions.map(\.version) : found.servingVersions
    if let version, found.name == model, names.contains(version) { return (found, version) }
    return (found, found.deployment.champion)
  }

  /// Moves by rows of a list, stopping at the ends.
  package mutating func move(
    by rows: Int, in snapshot: SystemSnapshot, among list: [ModelVersion], _ allVersions: Bool
  ) {
    guard let present = resolved(in: snapshot, allVersions: allVersions) else { return }
    let at = list.firstIndex { $0.model == present.model.name && $0.version == present.version }
    guard !list.isEmpty else { return }
    let next = list[min(max((at ?? 0) + rows, 0), list.count - 1)]
    self = Selection(model: next.model, version: next.version)
  }

  /// The next or the previous model, stopping at the ends.
  package mutating func moveModel(by steps: Int, in snapshot: SystemSnapshot) {
    guard let present = resolved(in: snapshot, allVersions: true),
      let at = snapshot.models.firstIndex(where: { $0.name == present.model.name })
    else { return }
    let next = snapshot.models[min(max(at + steps, 0), snapshot.models.count - 1)]
    if next.name != model { self = Selection(model: next.name, version: nil) }
  }
}
