import Curses
import Foundation
import Testing
import TextUI

struct TerminalSignalTests {
  private func text(
    _ signal: ScreenSignal, _ environment: [String: String], isKnown: Bool = true
  ) -> String? {
    TerminalSignals(environment: environment, isKnown: isKnown).bytes(signal)
      .map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func `every terminal has a bell`() {
    for name in ["dumb", "", "linux", "xterm-256color"] {
      #expect(text(.bell, ["TERM": name], isKnown: false) == "\u{7}")
    }
  }

  @Test(arguments: [0, 1, 2, 3, 4, 5, 255, 4_096])
  func `what is copied is in base 64, up to a bound`(count: Int) throws {
    let copied = String((0..<count).map { _ in "abcdefghij-/+ 123".randomElement() ?? "x" })
    let sent = try #require(text(.copy(copied), ["TERM": "xterm-256color"]))
    #expect(sent == "\u{1B}]52;c;\(Data(copied.utf8).base64EncodedString())\u{7}")
    #expect(
      text(.copy(copied + String(repeating: "x", count: 4_097 - count)), ["TERM": "xterm"]) == nil)
  }

  @Test func `in tmux it is sent for a tmux that keeps clipboards and for one that lets through`() {
    let plain = "\u{1B}]52;c;aGk=\u{7}"
    for environment in [
      ["TERM": "tmux-256color"], ["TERM": "screen", "TMUX": "/tmp/tmux-0/x,1,0"],
    ] {
      #expect(text(.copy("hi"), environment) == plain + "\u{1B}Ptmux;\u{1B}" + plain + "\u{1B}\\")
    }
  }

  @Test func `terminals that would print it are told nothing`() {
    for name in ["linux", "vt100", "screen"] {
      #expect(text(.copy("hi"), ["TERM": name]) == nil)
      #expect(text(.notification("hi"), ["TERM": name]) == nil)
    }
    #expect(text(.copy("hi"), ["TERM": "dumb"], isKnown: false) == nil)
  }

  @Test func `messages go to terminals that are known for them, and steer nothing`() {
    let hostile = "p99;4;\u{1B}]52;c;aGk=\u{7}\n\u{9C}"
    let shown = "p99,4,\\e]52,c,aGk=\\u{7}\\n\\u{9C}"
    #expect(
      text(.notification(hostile), ["TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"])
        == "\u{1B}]9;\(shown)\u{7}")
    #expect(
      text(.notification(hostile), ["TERM": "foot"]) == "\u{1B}]777;notify;Vigia;\(shown)\u{7}")
    #expect(text(.notification("hi"), ["TERM": "xterm-256color"]) == nil)
    #expect(text(.notification("hi"), ["TERM": "xterm-kitty", "TMUX": "x"]) == nil)
    let long = text(.notification(String(repeating: "x", count: 900)), ["TERM": "foot"]) ?? ""
    #expect(long.count < 260)
  }
}
