/// Runs a program over a text, all its states side by side: O(text x program), whatever the pattern.
struct RegexMachine {
  private struct Thread {
    var instruction: Int
    /// Where each group began and ended; empty unless they are wanted.
    var saved: [String.Index?]
  }

  private let program: RegexProgram
  private let scalars: String.UnicodeScalarView
  private var current: [Thread] = []
  private var upcoming: [Thread] = []
  /// The step at which an instruction was last taken in.
  private var seen: [Int]
  private var step = 0
  private var before: Unicode.Scalar?

  init(_ program: RegexProgram, over text: String) {
    self.program = program
    scalars = text.unicodeScalars
    seen = Array(repeating: -1, count: program.instructions.count)
  }

  /// The leftmost match, with the first alternatives preferred; nil when there is none.
  ///
  /// - Returns: start and end of each group, two entries each; group 0, the whole match, is left to the caller, whose
  ///   patterns are anchored. Empty when captures are not wanted.
  mutating func run(wantsCaptures: Bool) -> [String.Index?]? {
    let blank = [String.Index?](
      repeating: nil, count: wantsCaptures ? 2 * program.captures.count + 2 : 0)
    var matched: [String.Index?]?
    var index = scalars.startIndex
    while true {
      let here = index < scalars.endIndex ? scalars[index] : nil
      if matched == nil {
        follow(Thread(instruction: 0, saved: blank), at: index, after: here, into: \.current)
      }
      if current.isEmpty { break }
      step += 1
      let next = here == nil ? index : scalars.index(after: index)
      let afterNext = next < scalars.endIndex ? scalars[next] : nil
      advance(over: here, to: next, afterNext: afterNext, matched: &matched)
      if !wantsCaptures, matched != nil { return matched }
      guard here != nil else { break }
      swap(&current, &upcoming)
      upcoming.removeAll(keepingCapacity: true)
      index = next
    }
    return matched
  }

  private mutating func advance(
    over here: Unicode.Scalar?, to next: String.Index, afterNext: Unicode.Scalar?,
    matched: inout [String.Index?]?
  ) {
    before = here
    for thread in current {
      let takes: Bool
      switch program.instructions[thread.instruction] {
      case .scalar(let scalar): takes = scalar == here
      case .set(let set): takes = here.map { set.contains($0) } == true
      case .match:
        // The threads behind this one are less preferred.
        matched = thread.saved
        return
      case .assertion, .split, .jump, .save: takes = false
      }
      if takes {
        follow(
          Thread(instruction: thread.instruction + 1, saved: thread.saved), at: next,
          after: afterNext, into: \.upcoming)
      }
    }
  }

  /// Takes in a thread, and all that it leads to without a character.
  private mutating func follow(
    _ first: Thread, at index: String.Index, after: Unicode.Scalar?,
    into list: WritableKeyPath<RegexMachine, [Thread]>
  ) {
    var pending = [first]
    while var thread = pending.popLast() {
      guard seen[thread.instruction] != step else { continue }
      seen[thread.instruction] = step
      switch program.instructions[thread.instruction] {
      case .jump(let target):
        thread.instruction = target
        pending.append(thread)
      case .split(let preferred, let other):
        pending.append(Thread(instruction: other, saved: thread.saved))
        thread.instruction = preferred
        pending.append(thread)
      case .save(let slot):
        if !thread.saved.isEmpty { thread.saved[slot] = index }
        thread.instruction += 1
        pending.append(thread)
      case .assertion(let assertion):
        guard assertion.holds(before: before, after: after) else { continue }
        thread.instruction += 1
        pending.append(thread)
      case .scalar, .set, .match: self[keyPath: list].append(thread)
      }
    }
  }
}
