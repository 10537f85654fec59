package import Domain

extension SystemSnapshot {
  /// The client that an alert names, or else another one about the same model: that of a flood knows who it is before it has
  /// held for long enough to page, while the budget's knows only that it burns.
  package func client(namedBeside alert: Alert?, of model: String) -> (name: String, by: Alert)? {
    if let alert, let client = alert.labels["client"] { return (client, alert) }
    let naming = alerts.filter {
      $0.model == model && $0.state != .resolved && $0.labels["client"] != nil
    }
    guard let first = naming.first(where: { $0.isFiring }) ?? naming.first,
      let client = first.labels["client"]
    else { return nil }
    return (client, first)
  }
}
