import Console
import Curses
import Domain
import Foundation
import Glibc
import Integrations
import TextUI
import Waiting

/// One sitting at a console: opens the terminal, runs the loop on a thread of its own, and restores everything.
struct ConsoleSession {
  var source: any ConsoleSource
  var configuration: ConsoleConfiguration
  var settings: ConsoleSettingsSource
  /// Whether clicks and the wheel do something.
  var usesMouse = true
  var exports: ExportFolder
  /// Where it is kept when somebody looked; nil: nowhere.
  var looks: LastLook?
  /// Where standard error goes while the screen is open.
  var errorLog: String?

  /// - Throws: a failure when there is no terminal to draw on.
  func run() async throws -> ConsoleExit {
    var configuration = configuration
    configuration.lastLook = looks?.read()
    let read = settings.read()
    let runtime = ConsoleRuntime(
      source: source, configuration: configuration, settings: read,
      // The disk is waited for elsewhere: on the event loop it would hold up what is sent to the server.
      keep: { [exports] export in
        await BlockingThread.run("vigia-export") { () throws(Never) in exports.keep(export) }
      },
      noteLook: { [looks] time in
        guard let looks else { return }
        NamedThread.start("vigia-look") { looks.note(time) }
      },
      clock: EventLoopClock(),
      seed: (.random(in: .min ... .max), .random(in: .min ... .max)), now: { .now },
      processUse: {
        ProcessUse(
          processorSeconds: OwnProcess.processorSeconds, residentBytes: OwnProcess.residentBytes)
      })
    let watch = FolderWatch(folders: settings.watchedFolders) { [settings] in
      runtime.apply(settings.read())
    }
    defer { watch?.stop() }
    let result = await withTaskGroup(of: Void.self) { group in
      group.addTask { await runtime.performEffects() }
      let result = await withCheckedContinuation { continuation in
        NamedThread.start("vigia-screen", stackBytes: 4 << 20) {
          continuation.resume(returning: draw(runtime, read))
        }
      }
      group.cancelAll()
      return result
    }
    do throws(CursesError) {
      return try result.get()
    } catch {
      throw CommandFailure.unreachable(Self.text(error))
    }
  }

  /// The whole life of the screen, on the calling thread.
  private func draw(
    _ runtime: ConsoleRuntime, _ settings: ConsoleSettings
  ) -> Result<ConsoleExit, CursesError> {
    setlocale(LC_ALL, "")
    let log = errorLog.map { open($0, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600) } ?? -1
    let sink = log >= 0 ? log : open("/dev/null", O_WRONLY | O_CLOEXEC)
    defer { if sink >= 0 { close(sink) } }
    do throws(CursesError) {
      let screen = try CursesScreen(
        CursesOptions(
          environment: ProcessInfo.processInfo.environment, mouse: usesMouse,
          links: settings.showsLinks, asksBackground: settings.lightTheme != nil,
          errorLog: sink >= 0 ? sink : nil))
      defer { screen.close() }
      return .success(runtime.run(screen: screen))
    } catch {
      return .failure(error)
    }
  }

  private static func text(_ error: CursesError) -> String {
    switch error {
    case .notATerminal:
      "the console needs a terminal on standard input and output; without one use `vigia serve`, "
        + "`vigia demo --headless`, or `vigia model list`"
    case .alreadyOpen: "the terminal is in use by this process already"
    case .cannotOpen(let terminal):
      "the terminal \"\(terminal)\" cannot be used; set TERM to a kind that this machine knows, such as xterm"
    }
  }
}
