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
    var events: Int
    var part: EventArmEProcess
    /// What its events of both arms have added; nil where it has taken another's place, or an older Vigia kept it: then what
    /// it holds is not its own alone.
    var both: EventArmEProcess?
    /// Requests under the last split seen, by which it is known whether routing sticks to the client.
    var share: Double
    var requests: ByArm<Int>
    /// Both arms served it under one split: routing does not stick to it, so that its own requests are a fair comparison.
    var isOwnControl = false

    /// What to take off to see the others alone. Of a client that both arms serve its events of both, for what it had of the
    /// other arm says nothing of the others; else of the one arm, and the other's stay and count against the evidence.
    var whole: EventArmEProcess { isOwnControl ? both ?? part : part }
  }

  static let capacity = 32
  private let empty: EventArmEProcess
  /// By name.
  private(set) var clients: [String: Client] = [:]
  /// Those that held other clients' events at some time, whether they have a place here or not; nil in what an older Vigia kept.
  private var holders: Set<String>?
  private static let holdersMax = 256

  init(process: EventArmEProcess) { empty = process }

  /// - Parameters:
  ///   - arm: whose events are evidence, and what a client is held for.
  ///   - share: under which the events fell.
  ///   - split: under which the requests were routed.
  ///   - holdsOthers: whether other clients' events are among its.
  mutating func observe(
    _ name: String, _ draws: ByArm<Int>, of arm: Arm, requests: ByArm<Int>, share: Double,
    split: Double, holdsOthers: Bool = false
  ) {
    let events = draws[arm]
    if holdsOthers, holders?.count ?? 0 < Self.holdersMax {
      holders = (holders ?? []).union([name])
    }
    guard var client = clients[name] ?? (events > 0 ? place(share: split) : nil) else { return }
    if let holders, holders.contains(name) || holders.count == Self.holdersMax { client.both = nil }
    client.events += events
    client.part.observe(
      challenger: arm == .challenger ? events : 0, champion: arm == .champion ? events : 0,
      share: share)
    client.both?.observe(
      challenger: draws.challenger, champion: draws.champion, share: share)
    if client.share != split {
      client.share = split
      client.requests = .zero
    }
    client.requests += requests
    if Crowd.isOwnControl(client.requests) { client.isOwnControl = true }
    clients[name] = client
  }

  /// A place for one more: the smallest client's, with what it had, when all are taken.
  private mutating func place(share: Double) -> Client {
    var client = Client(events: 0, part: empty, both: empty, share: share, requests: .zero)
    guard clients.count == Self.capacity,
      // Of equal ones always the same, whatever order a dictionary has.
      let (name, smallest) = clients.min(by: {
        ($0.value.events, $0.key) < ($1.value.events, $1.key)
      })
    else { return client }
    clients[name] = nil
    client.events = smallest.events
    client.part = smallest.part
    client.both = nil
    return client
  }
}
