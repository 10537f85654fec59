import Domain
import Glibc
import Statistics
import Storage

/// Who filled the queues of the two versions of a comparison in the last seconds, and whether others waited for that.
///
/// A client that keeps one version busy, by requests that name it or by a key that sticks to it, makes everybody else there
/// wait, and nobody at the other version: what is late then is that client's doing. Bounded by the recorder, which counts
/// the clients past its bound as one.
struct LaneCrowd: Sendable {
  /// What is so old, in seconds, counts half: about what a queue may hold.
  private static let halfLife = 5.0
  /// A version that takes so many times longer for a row of the others than the other version does is slow by itself.
  private static let slowerBy = 2.0

  fileprivate struct Work: Sendable {
    /// Rows are what a queue holds: a run's time is the same for all that run together.
    var rows = 0.0
    /// In microseconds.
    var compute = 0.0
    var queue = 0.0
    var byClient: [String: Part] = [:]
  }

  fileprivate struct Part: Sendable {
    var rows = 0.0
    var compute = 0.0
  }

  private var work = ByArm(champion: Work(), challenger: Work())
  /// The client that had at least half of the rows of a version while requests there waited for longer than they ran, and had
  /// not half that share at the other version; nil: there is none.
  private(set) var crowder = ByArm<String?>(champion: nil, challenger: nil)

  /// Takes in a batch's counts, whoever routed them, each with the arm whose version ran it.
  mutating func observe(_ served: [(count: ClientCount, arm: Arm)], seconds: Int64) {
    let weight = exp2(-Double(max(0, seconds)) / Self.halfLife)
    for arm in [Arm.champion, .challenger] { work[arm].fade(by: weight) }
    for (count, arm) in served {
      work[arm].rows += Double(count.times.rows)
      work[arm].compute += count.times.compute
      work[arm].queue += count.times.queue
      guard count.isOfOneClient else { continue }
      work[arm].byClient[count.client, default: Part()].rows += Double(count.times.rows)
      work[arm].byClient[count.client]?.compute += count.times.compute
    }
    crowder = ByArm(
      champion: Self.crowder(work.champion, beside: work.challenger),
      challenger: Self.crowder(work.challenger, beside: work.champion))
  }

  private static func crowder(_ here: Work, beside there: Work) -> String? {
    guard here.queue > here.compute,
      let (name, _) = here.byClient.max(by: { ($0.value.rows, $1.key) < ($1.value.rows, $0.key) })
    else { return nil }
    let share = here.share(of: name)
    guard share >= 0.5, there.share(of: name) < share / 2 else { return nil }
    if let time = here.timeForARow(without: name), let other = there.timeForARow(without: name),
      time > slowerBy * other
    {
      return nil
    }
    return name
  }
}

extension LaneCrowd.Work {
  fileprivate mutating func fade(by weight: Double) {
    rows *= weight
    compute *= weight
    queue *= weight
    for name in byClient.keys {
      byClient[name]?.rows *= weight
      byClient[name]?.compute *= weight
    }
    byClient = byClient.filter { $0.value.rows > 0.01 }
  }

  fileprivate func share(of client: String) -> Double {
    rows > 0 ? (byClient[client]?.rows ?? 0) / rows : 0
  }

  /// In microseconds, of everybody else's; nil where nothing of theirs was run.
  fileprivate func timeForARow(without client: String) -> Double? {
    let others = rows - (byClient[client]?.rows ?? 0)
    return others >= 1 ? (compute - (byClient[client]?.compute ?? 0)) / others : nil
  }
}
