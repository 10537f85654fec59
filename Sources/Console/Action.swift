package import Domain
package import TextUI

/// All that can happen to a console.
package enum Action: Sendable {
  /// What was waiting at the terminal.
  case input(InputBatch)
  /// A click on something that stands on the screen.
  case click(ClickTarget, at: ContinuousClock.Instant)
  /// Time passed and nothing else came.
  case tick
  /// What the console itself took of the machine in the last few seconds.
  case cost(ConsoleCost)
  /// The configuration was read again.
  case settings(ConsoleSettings)
  /// The present, whole: the deltas are applied on their way here.
  case snapshot(SystemSnapshot)
  /// The stream of snapshots ended.
  case connectionLost(reason: String)
  case answered(QueryBoard.Slot, QueryBoard.Question, Result<QueryBoard.Answer, SourceError>)
  case preflight(ModelVersion, Result<PreflightReport, SourceError>)
  case outcome(Command, CommandOutcome)
  /// What a version answered when a kept request was run again.
  case ranAgain(RequestCopy, version: String, Result<Rerun, SourceError>)
  /// What became of a command that was asked about again; nil when the server never saw it.
  case lookedUp(CommandID, Result<CommandOutcome?, SourceError>)
  /// Whether the terminal is one that copies.
  case copied(Bool)
  /// Where a screen was kept, or why it was not.
  case exported(Result<String, ExportFailure>)
  /// Where a post-mortem draft was written, or why it was not.
  case incidentExported(Result<String, ExportFailure>)
}

/// What a console wishes from the world outside; each comes back as an action.
package enum Effect: Sendable, Equatable {
  /// Listens to the snapshots, after a while.
  case connect(after: Duration)
  case ask(QueryBoard.Slot, QueryBoard.Question)
  case preflight(ModelVersion)
  case send(Command)
  /// Runs a kept request again, apart from the traffic.
  case runAgain(RequestCopy, version: String)
  /// Says what is about to be done here, so that nobody else does it unawares.
  case announce(Intention.Notice)
  case lookUp(CommandID, after: Duration)
  case export(ScreenExport)
  /// A post-mortem draft of an incident; nil: of the model's open one, else of the newest that there is.
  case exportIncident(
    IncidentID?, model: String?, objectives: [String: ServiceObjective], at: Timestamp)
  /// Calls whoever is near, in the ways that the settings ask for.
  case signal(ScreenSignal)
  /// Somebody looks at this console; at most once a minute.
  case looked(at: Timestamp)
  /// How often snapshots are wanted from now on.
  case follow(StreamPace)
}
