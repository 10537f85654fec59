/// What ONNX Runtime says of a failure, made fit for a person: its texts name its own source files and functions, and end
/// their lines.
enum EngineText {
  /// - Returns: at most 500 characters on one line.
  static func plain(_ text: String) -> String {
    var words = text.split(whereSeparator: \.isWhitespace)[...]
    var kept: [Substring] = []
    while let word = words.popFirst() {
      guard let before = textBeforeSource(word) else {
        kept.append(word)
        continue
      }
      if !before.isEmpty { kept.append(before) }
      words = words.dropFirst(lengthOfFunction(words))
    }
    return String(kept.joined(separator: " ").prefix(500))
  }

  /// What stands before a source file with a line, as in `failed:/src/core/graph.cc:81`; nil where the word is none.
  private static func textBeforeSource(_ word: Substring) -> Substring? {
    let parts = word.split(separator: ":", omittingEmptySubsequences: false)
    for index in parts.indices.dropLast() where isSource(parts[index]) && isNumber(parts[index + 1])
    {
      return word[..<parts[index].startIndex]
    }
    return nil
  }

  private static func isSource(_ path: Substring) -> Bool {
    path.contains("/")
      && [".cc", ".cpp", ".h", ".hpp", ".cu", ".cuh"].contains { path.hasSuffix($0) }
  }

  private static func isNumber(_ text: Substring) -> Bool {
    !text.isEmpty && text.allSatisfy { $0.isASCII && $0.isNumber }
  }

  /// How many of the words that follow a source file are the function's declaration: up to the parenthesis that ends its
  /// parameters, with what qualifies it.
  private static func lengthOfFunction(_ words: ArraySlice<Substring>) -> Int {
    var depth = 0
    var isOpened = false
    for (count, word) in words.prefix(40).enumerated() {
      for character in word {
        if character == "(" { isOpened = true }
        depth += character == "(" ? 1 : character == ")" ? -1 : 0
      }
      // Where a sentence begins before a parenthesis, the place has no function.
      if !isOpened, word.hasSuffix(":") || word.hasSuffix(".") || word.hasSuffix(",") { return 0 }
      guard isOpened, depth <= 0 else { continue }
      return qualified(words.dropFirst(count + 1), count + 1)
    }
    return 0
  }

  private static func qualified(_ words: ArraySlice<Substring>, _ count: Int) -> Int {
    var words = words
    var count = count
    if words.first == "const" {
      words = words.dropFirst()
      count += 1
    }
    guard words.first == "[with", let end = words.firstIndex(where: { $0.hasSuffix("]") }) else {
      return count
    }
    return count + (end - words.startIndex) + 1
  }
}
