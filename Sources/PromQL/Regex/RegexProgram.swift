/// A pattern as instructions of a machine that is in several states at once.
///
/// Source: Cox, "Regular Expression Matching: the Virtual Machine Approach" (Pike's machine).
struct RegexProgram: Sendable {
  enum Instruction: Sendable {
    case scalar(Unicode.Scalar)
    case set(ScalarSet)
    case assertion(RegexAssertion)
    /// Both, the first one preferred.
    case split(Int, Int)
    case jump(Int)
    case save(Int)
    case match
  }

  private(set) var instructions: [Instruction] = []
  /// Name or nil of each group.
  let captures: [String?]

  /// A pattern that needs more instructions is refused: this bounds the memory, and the time for each character.
  static let sizeLimit = 20_000

  init(_ node: RegexNode, captures: [String?], pattern: String) throws(RegexError) {
    self.captures = captures
    do {
      try emit(node)
    } catch {
      throw RegexError(reason: "expression too large", excerpt: pattern)
    }
    instructions.append(.match)
  }

  private struct TooLarge: Error {}

  private mutating func emit(_ node: RegexNode) throws(TooLarge) {
    if instructions.count > Self.sizeLimit { throw TooLarge() }
    switch node {
    case .empty: break
    case .scalar(let scalar): instructions.append(.scalar(scalar))
    case .set(let set): instructions.append(.set(set))
    case .assertion(let assertion): instructions.append(.assertion(assertion))
    case .sequence(let parts): for part in parts { try emit(part) }
    case .capture(let body, let number):
      instructions.append(.save(2 * number))
      try emit(body)
      instructions.append(.save(2 * number + 1))
    case .alternation(let choices): try emitAlternation(choices)
    case .repetition(let body, let least, let most, let isGreedy):
      for _ in 0..<least { try emit(body) }
      guard let most else { return try emitLoop(body, isGreedy: isGreedy) }
      try emitOptional(body, count: most - least, isGreedy: isGreedy)
    }
  }

  private mutating func emitAlternation(_ choices: [RegexNode]) throws(TooLarge) {
    var exits: [Int] = []
    for choice in choices.dropLast() {
      let split = instructions.count
      instructions.append(.split(split + 1, 0))
      try emit(choice)
      exits.append(instructions.count)
      instructions.append(.jump(0))
      instructions[split] = .split(split + 1, instructions.count)
    }
    if let last = choices.last { try emit(last) }
    for exit in exits { instructions[exit] = .jump(instructions.count) }
  }

  private mutating func emitLoop(_ body: RegexNode, isGreedy: Bool) throws(TooLarge) {
    let split = instructions.count
    instructions.append(.split(0, 0))
    try emit(body)
    instructions.append(.jump(split))
    instructions[split] = choice(split + 1, instructions.count, isGreedy: isGreedy)
  }

  private mutating func emitOptional(
    _ body: RegexNode, count: Int, isGreedy: Bool
  ) throws(TooLarge) {
    var splits: [Int] = []
    for _ in 0..<count {
      splits.append(instructions.count)
      instructions.append(.split(0, 0))
      try emit(body)
    }
    for split in splits {
      instructions[split] = choice(split + 1, instructions.count, isGreedy: isGreedy)
    }
  }

  private func choice(_ body: Int, _ exit: Int, isGreedy: Bool) -> Instruction {
    isGreedy ? .split(body, exit) : .split(exit, body)
  }
}
