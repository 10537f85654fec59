package import Domain
package import TextUI

/// All that can happen to a console.
package enum Action: Sendable {
  /// What was waiting at the terminal.
  case input(InputBatch)
  /// Time passed and nothing else came.
  case tick
  /// The configuration was read again.
  case settings(ConsoleSettings)
  /// The present, whole: the deltas are applied on their way here.
  case snapshot(SystemSnapshot)
  /// The stream of snapshots ended.
  case connectionLost(reason: String)
  case answered(QueryBoard.Slot, QueryBoard.Question, Result<QueryBoard.Answer, SourceError>)
  case preflight(ModelVersion, Result<PreflightReport, SourceError>)
  case outcome(Command, CommandOutcome)
  /// What became of a command that was asked about again; nil when the server never saw it.
  case lookedUp(CommandID, Result<CommandOutcome?, SourceError>)
}

/// What a console wishes from the world outside; each comes back as an action.
package enum Effect: Sendable, Equatable {
  /// Listens to the snapshots, after a while.
  case connect(after: Duration)
  case ask(QueryBoard.Slot, QueryBoard.Question)
  case preflight(ModelVersion)
  case send(Command)
  case lookUp(CommandID, after: Duration)
  /// How often snapshots are wanted from now on.
  case follow(StreamPace)
}
