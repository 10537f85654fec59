package import Domain
package import Foundation

/// What a console is told at its start and never changes.
package struct ConsoleConfiguration: Sendable, Equatable {
  /// Where the server is, as a person would name it: "unix:/var/lib/vigia/vigia.sock", "this process".
  package var endpoint: String
  /// Whether this process serves the requests, so that leaving must say what becomes of them.
  package var hostsServer: Bool
  /// The command that brings a detached server's console back; shown when leaving.
  package var attachCommand: String
  package var isReadOnly: Bool
  /// No command of this console would be taken, since it has no token.
  package var isUnknown: Bool
  /// A past incident is shown; nothing can be done about it.
  package var isReplay: Bool
  /// The incident that this console replays and nothing else; nil: none, or one that is chosen in it.
  package var replayed: IncidentReport?
  /// What the header calls the past that is shown.
  package var replayWord: String
  /// When this user looked at this server last, on an earlier console; local wall-clock time. Nil: never, or not known.
  package var lastLook: Timestamp?
  /// The terminal's own.
  package var zone: TimeZone
  /// Where it goes once it sees the server; nil: to the overview.
  package var destination: Destination?

  package init(
    endpoint: String, hostsServer: Bool = false, attachCommand: String = "",
    isReadOnly: Bool = false, isUnknown: Bool = false, isReplay: Bool = false,
    replayed: IncidentReport? = nil,
    replayWord: String = Replay.word, lastLook: Timestamp? = nil, zone: TimeZone = .gmt,
    destination: Destination? = nil
  ) {
    self.endpoint = endpoint
    self.hostsServer = hostsServer
    self.attachCommand = attachCommand
    self.isReadOnly = isReadOnly
    self.isUnknown = isUnknown
    self.isReplay = isReplay
    self.replayed = replayed
    self.replayWord = replayWord
    self.lastLook = lastLook
    self.zone = zone
    self.destination = destination
  }
}

/// How a console ended.
package enum ConsoleExit: Sendable, Equatable {
  /// The console ends. A server that it hosts goes on in the background; another one was never
  /// concerned.
  case detach
  /// The server that this console hosts ends as well.
  case stop
  /// The terminal is gone: like `detach`, but nobody reads a word of farewell.
  case hangUp
  /// Somebody asked the process to end (SIGTERM).
  case terminated
}
