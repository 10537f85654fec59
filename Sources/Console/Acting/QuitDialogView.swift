import Domain
import TextUI

/// Why an answer was not taken that came in a row with other keys.
let hastyWords = "too soon after other keys: pause for a second, then y"

extension ConsoleState {
  /// The question before leaving a console that serves.
  func quitDialog(_ asking: QuitDialog, _ look: Look) -> TextUI.Dialog {
    let rate = Format.rate(newest?.requestRate ?? 0).text
    let pid = newest.map { ", pid \($0.server.pid)" } ?? ""
    if asking.isStopping {
      return TextUI.Dialog(
        title: "stop the server",
        rows: [
          .text(
            look.text(
              "This stops \(rate) for everybody: requests under way are answered, then the server ends."
            ))
        ] + (asking.isHasty ? [.gap, .text(look.text(hastyWords, .warn))] : []),
        buttons: [
          TextUI.Dialog.Button(key: "Esc", "Stay", role: .cancel),
          TextUI.Dialog.Button(key: "y", "Stop \(rate)", role: .danger),
        ], tone: .warn)
    }
    return TextUI.Dialog(
      title: "leave vigia",
      rows: [
        .pair("d", look.text("Detach: serving goes on in the background\(pid).")),
        .pair("", look.text("\(configuration.attachCommand) comes back.", .quiet)),
        .gap,
        .pair("x", look.text("Stop: ends the server, which answers \(rate) now.")),
      ],
      buttons: [
        TextUI.Dialog.Button(key: "Enter", "Detach", role: .normal),
        TextUI.Dialog.Button(key: "x", "Stop...", role: .cancel),
        TextUI.Dialog.Button(key: "Esc", "Stay", role: .cancel),
      ])
  }
}
