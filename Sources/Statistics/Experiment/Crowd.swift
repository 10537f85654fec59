/// Who sends the requests of an experiment, to tell one client among many from one that is nearly all the traffic.
///
/// Bounded: past `capacity` clients the smallest makes room, and begins anew when it comes again. A client is then taken for
/// smaller than it is, and decides less.
package struct Crowd: Sendable, Equatable, Codable {
  private static let capacity = 64
  /// Of each arm, to tell a client that both serve from one that was counted under a split that had just changed.
  private static let requestsOfEach = 10
  /// The others' part of the requests at which one client speaks for all.
  private static let othersAtMost = 0.1
  /// So many events of the others are expected where they are like the client, before their silence says that they are not.
  private static let expectedOfOthers = 5.0

  private var requests: [String: ByArm<Int>] = [:]
  private var total = ByArm<Int>.zero

  package init() {}

  /// - Parameters:
  ///   - clients: those of the batch whose names are known, with their requests.
  ///   - total: requests of everybody in it.
  package mutating func observe(
    _ clients: [(name: String, requests: ByArm<Int>)], of total: ByArm<Int>
  ) {
    self.total += total
    for client in clients {
      if requests[client.name] == nil, requests.count == Self.capacity,
        let least = requests.min(by: { ($0.value.total, $0.key) < ($1.value.total, $1.key) })
      {
        requests[least.key] = nil
      }
      requests[client.name, default: .zero] += client.requests
    }
  }

  /// Whether both arms serve the client under one split: routing does not stick to it, so that its own requests are a fair
  /// comparison.
  ///
  /// - Parameter requests: its, under one split.
  package static func isOwnControl(_ requests: ByArm<Int>) -> Bool {
    requests.champion >= requestsOfEach && requests.challenger >= requestsOfEach
  }

  /// As the static one, of a crowd that was seen under one split alone.
  package func isOwnControl(_ client: String) -> Bool {
    requests[client].map(Self.isOwnControl) ?? false
  }

  /// Whether the others are so few at an arm that the client speaks for all of its traffic.
  package func isNearlyEverybody(_ client: String, _ arm: Arm) -> Bool {
    let others = total[arm] - (requests[client]?[arm] ?? 0)
    return Double(others) <= Self.othersAtMost * Double(total[arm])
  }

  /// Whether what a client that is its own control shows may be taken for what the version does: it is nearly everybody,
  /// and the few others have not had the chance to contradict it.
  ///
  /// - Parameter events: the client's, at the arm.
  package func maySpeakForAll(_ client: String, events: Int, _ arm: Arm) -> Bool {
    guard isNearlyEverybody(client, arm), let own = requests[client]?[arm], own > 0 else {
      return false
    }
    let expected = min(1, Double(events) / Double(own)) * Double(total[arm] - own)
    return expected < Self.expectedOfOthers
  }
}
