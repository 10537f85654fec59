import Domain
import Glibc
import Statistics
import Storage

/// For whom the two versions of a comparison worked in the last seconds, and whether others waited for that.
///
/// A client that keeps one version busy, by requests that name it or by a key that sticks to it, makes everybody else there
/// wait, and nobody at the other version: what is late then is that client's doing. Bounded by the recorder, which counts
/// the clients past its bound as one.
struct LaneCrowd: Sendable {
  /// What is so old, in seconds, counts half: about what a queue may hold.
  private static let halfLife = 5.0

  private struct Work: Sendable {
    var compute = 0.0
    var queue = 0.0
    var byClient: [String: Double] = [:]
  }

  private var work = ByArm(champion: Work(), challenger: Work())

  /// Takes in a batch's counts, whoever routed them, each with the arm whose version ran it.
  mutating func observe(_ served: [(count: ClientCount, arm: Arm)], seconds: Int64) {
    let weight = exp2(-Double(max(0, seconds)) / Self.halfLife)
    for arm in [Arm.champion, .challenger] {
      work[arm].compute *= weight
      work[arm].queue *= weight
      work[arm].byClient = work[arm].byClient.mapValues { $0 * weight }.filter { $0.value > 1 }
    }
    for (count, arm) in served {
      work[arm].compute += count.times.compute
      work[arm].queue += count.times.queue
      guard count.isOfOneClient else { continue }
      work[arm].byClient[count.client, default: 0] += count.times.compute
    }
  }

  /// The client that had at least half of the version's compute time while requests there waited for longer than they ran, and
  /// had not half that share at the other version; nil: there is none.
  func crowder(_ arm: Arm) -> String? {
    guard work[arm].queue > work[arm].compute,
      let most = work[arm].byClient.max(by: { ($0.value, $1.key) < ($1.value, $0.key) })
    else { return nil }
    let share = most.value / work[arm].compute
    let other = work[arm == .champion ? .challenger : .champion]
    let shareThere = other.compute > 0 ? (other.byClient[most.key] ?? 0) / other.compute : 0
    return share >= 0.5 && shareThere < share / 2 ? most.key : nil
  }
}
