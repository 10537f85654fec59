/// The clients with the most of one arm's events, and what each of them has added to a process.
///
/// Bounded: a client that is not among the `capacity` largest takes the place of the smallest, with all that the other
/// had. So who has more than 1/capacity of the events is always held, and what is taken off for a client is never less
/// than its part.
///
/// Source: Metwally, Agrawal, El Abbadi 2005, "Efficient computation of frequent and top-k elements in data streams"
/// (SpaceSaving), doi:10.1007/978-3-540-30570-5_27.
struct HeavyClients: Sendable, Equatable, Codable {
  struct Client: Sendable, Equatable, Codable {
    var name: String
    var events: Int
    var part: EventArmEProcess
    /// Requests under the last split seen, by which it is known whether routing sticks to the client.
    var share: Double
    var requests: ByArm<Int>
    /// Both arms served it under one split: routing does not stick to it, so that its own requests are a fair comparison.
    var isOwnControl = false
  }

  static let capacity = 32
  /// Of each arm, to tell a client that both serve from one that was counted under a split that had just changed.
  private static let requestsOfEach = 10

  private let empty: EventArmEProcess
  private(set) var clients: [Client] = []

  init(process: EventArmEProcess) { empty = process }

  mutating func observe(
    _ name: String, challenger: Int, champion: Int, requests: ByArm<Int>, share: Double
  ) {
    let events = challenger + champion
    guard let index = place(name, isNeeded: events > 0, share: share) else { return }
    clients[index].events += events
    clients[index].part.observe(challenger: challenger, champion: champion, share: share)
    if clients[index].share != share {
      clients[index].share = share
      clients[index].requests = .zero
    }
    clients[index].requests += requests
    if clients[index].requests.champion >= Self.requestsOfEach,
      clients[index].requests.challenger >= Self.requestsOfEach
    {
      clients[index].isOwnControl = true
    }
  }

  private mutating func place(_ name: String, isNeeded: Bool, share: Double) -> Int? {
    if let index = clients.firstIndex(where: { $0.name == name }) { return index }
    guard isNeeded else { return nil }
    guard clients.count == Self.capacity else {
      clients.append(
        Client(name: name, events: 0, part: empty, share: share, requests: .zero))
      return clients.count - 1
    }
    guard let index = clients.indices.min(by: { clients[$0].events < clients[$1].events })
    else { return nil }
    clients[index].name = name
    clients[index].share = share
    clients[index].requests = .zero
    clients[index].isOwnControl = false
    return index
  }
}
