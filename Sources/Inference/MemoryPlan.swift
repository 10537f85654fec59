/// Which versions leave memory so that the others fit into a budget.
struct MemoryPlan {
  /// One version in memory.
  struct Use: Equatable {
    var version: String
    var model: String
    var bytes: Int64
    /// Champion, challenger, shadow or rollback target: it stays, whatever it takes.
    var isPinned: Bool
    /// When it was last asked for by its name, or loaded.
    var lastUse: MonotonicTime
  }

  var uses: [Use]
  /// Bytes; nil: there is no end.
  var budget: Int64?

  var used: Int64 { uses.reduce(0) { $0 + $1.bytes } }
  var pinned: Int64 { uses.reduce(0) { $0 + ($1.isPinned ? $1.bytes : 0) } }

  /// Whether another version of so many bytes would fit once all that may go has gone.
  func fits(_ bytes: Int64) -> Bool { budget.map { pinned + bytes <= $0 } ?? true }

  /// What has to go first, the least recently used first; empty while everything fits, or where nothing may go.
  ///
  /// - Parameter kept: just loaded, and therefore not among them.
  func victims(keeping kept: (model: String, version: String)?) -> [Use] {
    guard let budget else { return [] }
    var left = used
    var victims: [Use] = []
    let candidates = uses.filter { use in
      !use.isPinned && !(use.model == kept?.model && use.version == kept?.version)
    }
    for use in candidates.sorted(by: { $0.lastUse < $1.lastUse }) where left > budget {
      victims.append(use)
      left -= use.bytes
    }
    return victims
  }
}
