import Domain

extension ConsoleState {
  /// The moment that is replayed, the timeline of an incident to come, and the list of them while one is looked for.
  func replayNeeds() -> [QueryBoard.Need] {
    var needs: [QueryBoard.Need] = []
    let head = newest?.auditHead ?? 0
    if let replay {
      needs.append(
        QueryBoard.Need(slot: .past, question: .past(PastQuery(at: replay.position))))
    }
    if palette != nil {
      needs.append(QueryBoard.Need(slot: .incidents, question: .incidents(head: head)))
    }
    if let wish = incidentWish {
      needs.append(
        QueryBoard.Need(slot: .incident(wish), question: .incident(wish, head: head)))
    }
    return needs
  }
}
