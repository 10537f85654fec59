import Console
import Foundation
import Testing
import TextUI

/// Compares text with the file of its name in `Snapshots/`. With RECORD_SNAPSHOTS set the file is written
/// anew, and the test fails so that a person looks at it.
func expectSnapshot(
  _ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Snapshots")
  let file = folder.appending(path: "\(name).txt")
  let expected = try? String(contentsOf: file, encoding: .utf8)
  if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] != nil {
    if expected != text + "\n" {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data((text + "\n").utf8).write(to: file)
    }
    Issue.record("recorded \(name)", sourceLocation: sourceLocation)
    return
  }
  #expect(text + "\n" == expected, "\(name) differs", sourceLocation: sourceLocation)
}

extension Size {
  /// The three sizes that every panel is looked at.
  static let usual = [
    Size(width: 80, height: 24), Size(width: 120, height: 36), Size(width: 200, height: 60),
  ]

  var name: String { "\(width)x\(height)" }
}

/// A console and a hand: keys are pressed a second apart, and every effect is kept.
struct Hand {
  var state: ConsoleState
  var seconds = 1.0
  var effects: [Effect] = []

  init(_ state: ConsoleState) { self.state = state }

  mutating func press(_ keys: Key..., after pause: Double = 1) {
    for key in keys { batch([.key(key)], after: pause) }
  }

  mutating func type(_ text: String, after pause: Double = 1) {
    for character in text { press(.character(character), after: pause) }
  }

  mutating func batch(_ events: [InputEvent], after pause: Double = 1) {
    seconds += pause
    let batch = InputBatch(events, at: Sample.instant + .milliseconds(Int(seconds * 1_000)))
    act(.input(batch))
  }

  mutating func act(_ action: Action, after pause: Double = 0) {
    seconds += pause
    effects += update(&state, action, at: Sample.at(seconds))
  }

  /// Commands sent so far.
  var sent: [Effect] {
    effects.filter { if case .send = $0 { true } else { false } }
  }

  var text: String { view(state, size: state.size, look: Look()).text }

  var asking: ActDialog? {
    if case .act(let asking) = state.dialog { asking } else { nil }
  }
}
