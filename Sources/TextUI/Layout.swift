/// How much of a split one part asks for.
package enum Track: Sendable, Hashable {
  /// Exactly so many cells, as long as there is room.
  case fixed(Int)
  /// A share of what the fixed parts leave, in proportion to `weight`, at least `minimum` cells.
  case share(_ weight: Int, minimum: Int = 0)

  package static let rest = Track.share(1)
}

extension Rect {
  /// The rectangle cut into rows from the top. The parts never reach beyond it: when the room is
  /// too small, the last ones become empty, so put first what matters most.
  package func rows(_ tracks: [Track], gap: Int = 0) -> [Rect] {
    cut(tracks, gap: gap, total: height) { offset, length in
      Rect(x: x, y: y + offset, width: width, height: length)
    }
  }

  /// The rectangle cut into columns from the left; see `rows`.
  package func columns(_ tracks: [Track], gap: Int = 0) -> [Rect] {
    cut(tracks, gap: gap, total: width) { offset, length in
      Rect(x: x + offset, y: y, width: length, height: height)
    }
  }

  private func cut(
    _ tracks: [Track], gap: Int, total: Int, make: (Int, Int) -> Rect
  ) -> [Rect] {
    let room = max(0, total - gap * max(0, tracks.count - 1))
    var offset = 0
    return Layout.lengths(of: tracks, in: room).map { wanted in
      let length = max(0, min(wanted, total - offset))
      defer { offset += length + gap }
      return make(min(offset, total), length)
    }
  }
}

/// The arithmetic of splitting a length.
package enum Layout {
  /// The lengths of the parts. Their sum is at most `room`, and is `room` when any part is a share.
  package static func lengths(of tracks: [Track], in room: Int) -> [Int] {
    var lengths = tracks.map { track in
      switch track {
      case .fixed(let length): max(0, length)
      case .share(_, let minimum): max(0, minimum)
      }
    }
    let spare = room - lengths.reduce(0, +)
    if spare < 0 {
      trim(&lengths, to: room)
    } else {
      grow(&lengths, tracks: tracks, room: room)
    }
    return lengths
  }

  private static func trim(_ lengths: inout [Int], to room: Int) {
    var left = max(0, room)
    for index in lengths.indices {
      lengths[index] = min(lengths[index], left)
      left -= lengths[index]
    }
  }

  /// Shares whose minimum is more than their proportion keep the minimum; the others divide the
  /// rest, the rounding going to the first ones.
  private static func grow(_ lengths: inout [Int], tracks: [Track], room: Int) {
    var open = tracks.indices.filter { index in
      if case .share(let weight, _) = tracks[index] { return weight > 0 }
      return false
    }
    while !open.isEmpty {
      let taken = lengths.indices.filter { !open.contains($0) }.map { lengths[$0] }.reduce(0, +)
      let spare = room - taken
      let weights = open.map { weight(of: tracks[$0]) }
      let total = weights.reduce(0, +)
      var given = zip(open, weights).map { (index: $0, length: spare * $1 / total) }
      let bound = given.filter { $0.length < minimum(of: tracks[$0.index]) }.map(\.index)
      if !bound.isEmpty {
        open.removeAll { bound.contains($0) }
        continue
      }
      let rounding = spare - given.map(\.length).reduce(0, +)
      for position in given.indices.prefix(rounding) { given[position].length += 1 }
      for part in given { lengths[part.index] = part.length }
      return
    }
  }

  private static func weight(of track: Track) -> Int {
    if case .share(let weight, _) = track { weight } else { 0 }
  }

  private static func minimum(of track: Track) -> Int {
    if case .share(_, let minimum) = track { minimum } else { 0 }
  }
}
