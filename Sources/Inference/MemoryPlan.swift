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
  /// - Parameters:
  ///   - kept: just loaded, and therefore not among them.
  ///   - spared: versions of the same model that were asked for together with it: they go last, however lately others were
  ///     used.
  func victims(
    keeping kept: (model: String, version: String)?, sparing spared: Set<String> = []
  ) -> [Use] {
    guard let budget else { return [] }
    var left = used
    var victims: [Use] = []
    let candidates = uses.filter { use in
      !use.isPinned && !(use.model == kept?.model && use.version == kept?.version)
    }
    func isSpared(_ use: Use) -> Bool { use.model == kept?.model && spared.contains(use.version) }
    let order = candidates.sorted { one, other in
      isSpared(one) == isSpared(other) ? one.lastUse < other.lastUse : isSpared(other)
    }
    for use in order where left > budget {
      victims.append(use)
      left -= use.bytes
    }
    return victims
  }
}
