import ArgumentParser
import Console
import Domain
import Foundation
import Integrations

/// `vigia incident`: what happened, what was done about it, and a post-mortem's facts.
struct IncidentCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "incident", abstract: "Show, note on, close and export incidents.",
    subcommands: [
      List.self, Show.self, Export.self, Note.self, Open.self, Close.self,
    ])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Incidents, newest first.", discussion: "Exit 1 when one is open.")
    @Option(help: "Of this model alone.") var model: String?
    @Flag(help: "Those that are open alone.") var open = false
    @Option(help: "At most so many.") var limit = 50
    @OptionGroup var connection: ConnectionOptions
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
      let query = IncidentQuery(model: model, isOpen: open ? true : nil, limit: limit)
      let incidents = try await connection.withClient { try await $0.incidents(query) }
      if json {
        try Output.json(incidents)
      } else if incidents.isEmpty {
        Output.line("no incident")
      } else {
        Output.table(
          ["ID", "STATE", "MODEL", "OPENED", "TOOK", "MITIGATED BY", "TITLE"],
          incidents.map { incident in
            let end = incident.closedAt ?? Timestamp.now
            return [
              "\(incident.id)", incident.isOpen ? "open" : "closed", incident.model ?? "",
              Output.time(incident.openedAt), AlertText.span(incident.openedAt, end),
              incident.mitigation?.action ?? "", incident.title,
            ]
          })
      }
      if incidents.contains(where: \.isOpen) { throw ExitCode(1) }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "An incident's timeline.")
    @Argument(help: "As inc-12.") var id: String
    @OptionGroup var connection: ConnectionOptions
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
      let report = try await connection.withClient { client in
        try await IncidentCommand.report(id, client)
      }
      if json { return try Output.json(report) }
      let incident = report.incident
      Output.line(
        "\(incident.id) \(incident.isOpen ? "open" : "closed"): \(incident.title)")
      for (name, seconds) in [
        ("time to detect", incident.timeToDetect),
        ("time to acknowledge", incident.timeToAcknowledge),
        ("time to mitigate", incident.timeToMitigate),
      ] {
        Output.line("\(name): \(seconds.map { "\(Int($0)) s" } ?? "unknown")")
      }
      Output.table(
        ["TIME", "WHO", "WHAT"],
        report.entries.map { [Output.time($0.time), $0.actor, $0.text] })
    }
  }

  struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write a post-mortem draft.",
      discussion: """
        Markdown with its charts as SVG, and all of the facts as JSON, into files that nobody else can read.

          vigia incident export inc-12 --output drafts
        """)
    @Argument(help: "As inc-12.") var id: String
    @Option(help: "md or json; else both.") var format: Format?
    @Option(help: ArgumentHelp("Where to.", valueName: "folder")) var output = "."
    @OptionGroup var connection: ConnectionOptions

    enum Format: String, ExpressibleByArgument, CaseIterable { case md, json }

    func run() async throws {
      let draft = try await connection.withClient { client in
        let report = try await IncidentCommand.report(id, client)
        return await PostMortem.gather(
          report, objectives: try await client.status().objectives, from: client, at: .now)
      }
      var export = draft.export
      if let format {
        export.files.removeAll { ($0.ending == "json") != (format == .json) }
      }
      switch ExportFolder(path: output).keep(export) {
      case .success(let place):
        for file in export.files { Output.line("\(place).\(file.ending)") }
      case .failure(let failure): throw CommandFailure.found(failure.reason)
      }
    }
  }

  struct Note: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Write into its timeline.")
    @Argument(help: "As inc-12.") var id: String
    @Argument(help: "What is to be known.") var text: String
    @OptionGroup var connection: ConnectionOptions
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
      let incident = try IncidentCommand.incident(id)
      try await connection.withClient { client in
        try await Steering(client: client, json: json).send(
          .note(incident: incident, model: nil), reason: text)
      }
    }
  }

  struct Open: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Open an incident that no page has.",
      discussion: "Promotions of its model are refused until it is closed.")
    @Argument(help: "What is wrong.") var title: String
    @Option(help: "The model; else it is not of one.") var model: String?
    @OptionGroup var steering: SteeringOptions

    func run() async throws {
      try await steering.send(.openIncident(model: model, title: title))
    }
  }

  struct Close: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Close an incident before half an hour of quiet does.")
    @Argument(help: "As inc-12.") var id: String
    @OptionGroup var steering: SteeringOptions

    func run() async throws {
      try await steering.send(.closeIncident(incident: try IncidentCommand.incident(id)))
    }
  }

  static func incident(_ text: String) throws -> IncidentID {
    guard let id = IncidentID(text) ?? IncidentID("inc-\(text)") else {
      throw ValidationError("an incident is named as inc-12, or 12, found \(text)")
    }
    return id
  }

  static func report(_ text: String, _ client: ConsoleClient) async throws -> IncidentReport {
    let id = try incident(text)
    guard let report = try await client.incident(id) else {
      throw CommandFailure.found("there is no incident \(id)")
    }
    return report
  }
}

/// `vigia note MODEL TEXT`: into the model's open incident, else into the ledger alone.
struct NoteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "note", abstract: "Note something about a model.")
  @Argument(help: "The model.") var model: String
  @Argument(help: "What is to be known.") var text: String
  @OptionGroup var connection: ConnectionOptions
  @Flag(help: "Print JSON.") var json = false

  func run() async throws {
    try await connection.withClient { client in
      try await Steering(client: client, json: json).send(
        .note(incident: nil, model: model), reason: text)
    }
  }
}
