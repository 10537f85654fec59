package import TextUI

/// Turns the bytes of a terminal into keys, mouse events and pastes.
///
/// Understands what xterm, VTE, kitty, rxvt, the Linux console, tmux and screen send in either
/// cursor mode, so it needs no description of the terminal. What it does not know it drops whole:
/// an unknown sequence never turns into letters that act.
package struct KeyDecoder: Sendable {
  /// Beyond this a paste is cut: nobody pastes more into one line.
  package static let pasteLimit = 65_536

  private var buffer: [UInt8] = []
  private var pasted: [UInt8]?
  private var answer = AwaitedAnswer()

  package init() {}

  /// The terminal was asked something: until it has said what it is, its answers may come at any time and in pieces.
  package private(set) var awaitsAnswer = false

  package mutating func expectAnswer() { awaitsAnswer = true }

  /// It will not come any more, or not in time. Only while nothing is undecided: part of an answer may be.
  package mutating func giveUpAnswer() {
    guard patience == nil else { return }
    endAnswer()
  }

  private mutating func endAnswer() {
    awaitsAnswer = false
    answer = AwaitedAnswer()
  }

  /// How long to wait for more bytes before `flush`: an escape key sends what a sequence begins
  /// with, and a paste without an end must not swallow all keys for ever. nil: nothing is waiting.
  package var patience: Duration? {
    if pasted != nil { return .seconds(1) }
    if buffer.isEmpty { return nil }
    return awaitsAnswer ? AwaitedAnswer.patience(for: buffer) : .milliseconds(25)
  }

  /// The events that the bytes complete, in order.
  package mutating func decode(_ bytes: some Sequence<UInt8>) -> [InputEvent] {
    if awaitsAnswer, pasted == nil {
      buffer = answer.join(bytes, to: buffer)
    } else {
      buffer += bytes
    }
    var events: [InputEvent] = []
    var waiting = buffer[...]
    while !waiting.isEmpty {
      if pasted != nil {
        guard let paste = takePaste(from: &waiting) else { break }
        events.append(.paste(paste))
        continue
      }
      let step = Step.first(in: waiting)
      guard case .done(let event, let length) = step else { break }
      waiting = waiting.dropFirst(length)
      switch event {
      case .lastAnswer: endAnswer()
      case .event(let event): events.append(event)
      case .pasteBegins: pasted = []
      case .nothing: break
      }
    }
    answer.took(buffer.count - waiting.count)
    buffer = Array(waiting)
    return events
  }

  /// To be called when `patience` has run out.
  package mutating func flush() -> [InputEvent] {
    if let text = pasted {
      pasted = nil
      let all = text + buffer
      buffer = []
      return [.paste(String(decoding: all, as: UTF8.self))]
    }
    defer { buffer = [] }
    if awaitsAnswer, let keys = answer.giveUp(buffer) { return keys.map(InputEvent.key) }
    switch buffer.count {
    case 1 where buffer[0] == Step.escape: return [.key(.escape)]
    case 2 where buffer[0] == Step.escape:
      return [.key(.alt(Character(Unicode.Scalar(buffer[1]))))]
    default: return []
    }
  }

  private static let pasteEnd = Array("\u{1B}[201~".utf8)

  /// The paste, if its end has come; else keeps what is certainly part of it.
  private mutating func takePaste(from rest: inout ArraySlice<UInt8>) -> String? {
    let end = KeyDecoder.pasteEnd
    var position = rest.startIndex
    while position < rest.endIndex {
      if rest[position] == Step.escape {
        let tail = rest[position...].prefix(end.count)
        if tail.elementsEqual(end) {
          keep(rest[..<position])
          rest = rest[(position + end.count)...]
          defer { pasted = nil }
          return String(decoding: pasted ?? [], as: UTF8.self)
        }
        if tail.count < end.count, end.starts(with: tail) { break }
      }
      position += 1
    }
    keep(rest[..<position])
    rest = rest[position...]
    return nil
  }

  private mutating func keep(_ bytes: ArraySlice<UInt8>) {
    let room = KeyDecoder.pasteLimit - (pasted?.count ?? 0)
    pasted?.append(contentsOf: bytes.prefix(max(0, room)))
  }
}
