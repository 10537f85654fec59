import ArgumentParser
import Console
import Domain
import Foundation
import Glibc
import Integrations

/// `vigia open`: a console that begins where a page points.
struct OpenCommand: ConsoleProcess {
  static let configuration = CommandConfiguration(
    commandName: "open", abstract: "Open a console on an alert, an incident or a panel.",
    discussion: """
      What is sent of an alert carries the words to type. On the server's host nothing else is needed: without --attach, \
      --config or a vigia.yaml here, the server that runs on this machine is found, of several the one that knows it.

        vigia open alert/9f2c4a5be1d07c36
        ssh -t HOST vigia open incident/inc-12
        vigia open latency @14:02                 with the charts' cursor there; also @2026-11-26T14:02:31Z

      Panels: \(PanelID.allCases.map(\.name).joined(separator: ", ")).
      """)
  @Argument(help: "alert/ID, incident/ID, or a panel.") var target: String
  @Argument(help: ArgumentHelp("The moment to stand at.", valueName: "@time")) var time: String?
  @Option(help: ArgumentHelp(themeHelp, valueName: "name|file")) var theme: String?
  @Flag(
    inversion: .prefixedNo, help: "Clicks and the wheel; without them the terminal selects text.")
  var mouse: Bool?
  @Flag(help: "Refuse every change, in this console.") var readOnly = false
  @OptionGroup var connection: ConnectionOptions

  var isConsoleAlone: Bool { true }

  func run() async throws {
    let destination = Destination(try Self.place(target), time: try moment())
    let settings = ConsoleSettingsSource(file: connection.config, theme: theme)
    try settings.checkFlag()
    guard isatty(0) == 1, isatty(1) == 1 else {
      throw CommandFailure.unreachable(
        "a console needs a terminal on standard input and output; over SSH ask for one: "
          + "ssh -t HOST vigia open \(Output.harmless(target))")
    }
    try await AttachedConsole(
      client: try await client(for: destination.place), settings: settings, usesMouse: mouse,
      isReadOnly: readOnly, destination: destination
    ).run()
  }

  static func place(_ text: String) throws -> Destination.Place {
    do throws(Destination.Problem) {
      return try Destination.place(text).get()
    } catch {
      throw CommandFailure.usage(Self.text(error))
    }
  }

  private static func text(_ problem: Destination.Problem) -> String {
    switch problem {
    case .noAlertID(let text):
      return "\(Output.harmless(text)): an alert is named as alert/ and 16 hexadecimal digits; "
        + "`vigia alert list` has those there are"
    case .noIncidentID(let text):
      return "\(Output.harmless(text)): an incident is named as incident/inc-12; "
        + "`vigia incident list` has those there are"
    case .unknown(let text):
      let names = PanelID.allCases.map(\.name)
      let hint = Spelling.nearest(to: text, among: names).map { "; did you mean \($0)?" } ?? ""
      return
        "nothing is called \"\(Output.harmless(text))\"\(hint); expected alert/ID, incident/ID or one of "
        + names.joined(separator: ", ")
    }
  }

  private func moment() throws -> Timestamp? {
    guard let time else { return nil }
    guard
      let moment = MomentText.moment(
        time, now: .now,
        offset: { moment in
          TimeZone.current.secondsFromGMT(
            for: Date(timeIntervalSince1970: Double(moment.seconds)))
        })
    else {
      throw CommandFailure.usage(
        "\(Output.harmless(time)): expected a moment as @14:02, @14:02:31, @2026-11-26T14:02:31Z or in "
          + "seconds since 1970")
    }
    return moment
  }

  private func client(for place: Destination.Place) async throws -> ConsoleClient {
    let location = connection.location
    guard try !location.isNamed else { return try location.client() }
    let sockets = RunningServers.sockets()
    if sockets.isEmpty, let other = RunningServers.others().first {
      throw CommandFailure.usage(
        "the server that listens here is of another user (\(other.owner)), who could show and be told anything: if you trust it, "
          + "--attach unix:\(Output.harmless(other.path))")
    }
    guard sockets.count > 1 else {
      return try sockets.first.map { ConsoleClient(endpoint: .socket(path: $0)) }
        ?? location.client()
    }
    var knowing: [String] = []
    for socket in sockets where await Self.knows(place, at: socket) { knowing.append(socket) }
    guard knowing.count == 1, let socket = knowing.first else {
      let list = (knowing.isEmpty ? sockets : knowing).map {
        "--attach unix:\(Output.harmless($0))"
      }
      throw CommandFailure.usage(
        "\(sockets.count) servers run on this machine, \(knowing.isEmpty ? "none of which knows" : "and not one alone has") "
          + "\(target) now: name one by \(list.joined(separator: ", "))")
    }
    return ConsoleClient(endpoint: .socket(path: socket))
  }

  private static func knows(_ place: Destination.Place, at socket: String) async -> Bool {
    let client = ConsoleClient(
      endpoint: .socket(path: socket), timing: .init(question: .seconds(2)))
    let snapshot = try? await client.status()
    await client.shutdown()
    return snapshot.map { place.isKnown(in: $0) } ?? false
  }
}
