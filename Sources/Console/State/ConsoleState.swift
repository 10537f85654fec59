package import Domain
package import TextUI

/// All that a console knows and shows: one value, changed by `update` alone and drawn by `view`.
package struct ConsoleState: Sendable, Equatable {
  package var configuration: ConsoleConfiguration
  package var size: Size
  /// Local wall-clock time as of the last action.
  package var now: Timestamp
  package var connection: Connection
  /// The newest snapshot, whether the panels show it or not.
  package var newest: SystemSnapshot?
  /// When it arrived, by the local clock.
  package var receivedAt: Timestamp?
  package var pause: Pause?
  /// The incident that is played again; nil while none is.
  package var replay: Replay?
  /// The incident that is to be played once its timeline has come.
  var incidentWish: IncidentID?
  package var panel: PanelID = .overview
  package var selection = Selection()
  var preview = Preview()
  package var span: TimeSpan = .fiveMinutes
  /// The shared moment that the panels point at, in seconds since 1970.
  package var cursor: Int64?
  /// The version that the latency panel is narrowed to; nil for all.
  package var latencyVersion: String?
  /// Of `LatencyScale`: with the cursor, the cell of the heatmap that is looked at.
  var latencyBucket: Int?
  /// The row of what went wrong that is looked at; nil: the first.
  var failing: FailingRow?
  /// The requests that are listed one by one; nil while none are.
  package var requestList: RequestListState?
  package var timeline = TimelineState()
  package var drift = DriftState()
  package var experiment = ExperimentState()
  package var alertList = AlertListState()
  package var runbooks = RunbookPanelState()
  /// The help page; nil while it is closed.
  package var help: HelpState?
  /// What is being looked for; nil while the palette is closed.
  package var palette: PaletteState?
  /// What rows must contain to be shown, by panel.
  package var filters: [PanelID: TextInput] = [:]
  /// Whether letters go into the panel's filter.
  package var isFiltering = false
  package var settings: ConsoleSettings
  /// Chosen with a key on this console, by name.
  var chosenTheme: String?
  /// Behind the terminal's text, where it has said so.
  var background: Color?
  /// Whether the terminal has any colours to choose from.
  package var showsColors = true
  package var showsUnicode = true
  package var dialog: Asking?
  package var status: StatusMessage?
  package var isUTC = false
  package var board = QueryBoard()
  /// Commands whose fate is not known yet.
  package var unresolved: [UnresolvedCommand] = []
  package var ids: CommandIDSource
  /// What others were told that is about to be done here; nil: nothing.
  package var announced: Announcement?
  /// When a key came last.
  package var touchedAt = Timestamp(seconds: 0)
  package var exit: ConsoleExit?
  /// When a key was last pressed; nil before the first.
  var lastKeyAt: ContinuousClock.Instant?
  /// What is told to whoever comes back; nil once it was dismissed.
  package var absence: Absence?
  var lookOut = LookOut()
  /// What this console itself takes of the machine; nil until it was measured.
  package var cost: ConsoleCost?
  /// How often snapshots were asked for last.
  var pace = StreamPace.live

  /// - Parameter seed: random; the ids of this console's commands are drawn from it.
  package init(
    configuration: ConsoleConfiguration, settings: ConsoleSettings = ConsoleSettings(), size: Size,
    now: Timestamp, seed: (UInt64, UInt64)
  ) {
    self.configuration = configuration
    self.settings = settings
    self.size = size
    self.now = now
    connection = .connecting(since: now, attempt: 0)
    lookOut.lookedAt = configuration.lastLook
    ids = CommandIDSource(seed: seed)
  }

  package enum Connection: Sendable, Equatable {
    case connecting(since: Timestamp, attempt: Int)
    case up
    case lost(since: Timestamp, reason: String, attempt: Int)

    var isUp: Bool { self == .up }
  }

  /// What the panels show while collection goes on behind them.
  package struct Pause: Sendable, Equatable {
    /// Server time.
    package var at: Timestamp
    package var snapshot: SystemSnapshot
    /// The newest moment on the charts; the cursor may push it further back.
    package var end: Int64
    /// What is grave, by what it is about, in the words in which it was first seen: the figures in them move on.
    package var words: [String: String] = [:]
  }

  package enum Asking: Sendable, Equatable {
    case act(ActDialog)
    case quit(QuitDialog)
  }
}

/// A word to the operator: what a key did, or why it did nothing.
package struct StatusMessage: Sendable, Equatable {
  package var tone: Tone
  package var text: String
  package var at: Timestamp

  /// How long it stands before the proof of a recovery takes the line back. A refusal has to be seen, and is in the ledger.
  package var seconds: Double { tone == .critical ? 60 : 12 }

  /// When it has stood long enough.
  package var end: Timestamp { at.adding(seconds: seconds) }
}

/// The list of audit entries and the one that is open.
package struct TimelineState: Sendable, Equatable {
  /// The selected entry; nil follows the newest.
  package var selected: Int64?
  package var isOpen = false
  /// The first line shown of the open entry.
  package var scroll = 0
}

/// The list of features and the one that is open.
package struct DriftState: Sendable, Equatable {
  /// The selected feature by `FeatureVerdict.key`; nil follows the worst.
  package var selected: String?
  /// Whether the selected feature's windows are listed.
  package var isOpen = false
  /// The first window listed, newest first.
  package var scroll = 0
}

/// The list of guardrails and the one that is open.
package struct ExperimentState: Sendable, Equatable {
  /// The chosen guardrail by its name; nil: the first.
  package var selected: String?
  /// Whether the chosen guardrail's effect fills the panel.
  package var isOpen = false
}

/// A command that was sent and whose answer did not come.
package struct UnresolvedCommand: Sendable, Equatable {
  package var command: Command
  package var since: Timestamp
}

extension ConsoleState {
  /// The present of what is looked at: the newest snapshot, or of a replay the one that it stands at.
  package var live: SystemSnapshot? { replay.map(\.moment) ?? newest }

  /// What is shown was recorded: nothing goes on in it, and what is not recorded is not known.
  package var isPast: Bool { configuration.isReplay || replay != nil }

  /// What the panels show: what was under the cursor, else the paused picture, else the newest.
  package var shown: SystemSnapshot? { cursorPicture ?? pause?.snapshot ?? live }

  /// The time of what is looked at: the server's clock, or where a replay stands.
  package var serverNow: Timestamp { replay?.position ?? serverClock }

  /// The server's clock, whatever is replayed: the newest snapshot's time and what has passed since it came.
  package var serverClock: Timestamp {
    guard let newest, let receivedAt else { return now }
    if configuration.isReplay { return newest.time }
    return newest.time.adding(seconds: max(0, now.secondsSince(receivedAt)))
  }

  /// The moment that the panels stand at.
  package var shownTime: Timestamp { cursorPicture?.time ?? pause?.at ?? serverNow }

  /// The newest second on the charts.
  package var chartEnd: Int64 {
    if let pause { return pause.end }
    return connection.isUp ? serverNow.seconds : live?.time.seconds ?? now.seconds
  }

  /// What the charts of the panel cover.
  package var panelSpan: TimeSpan { max(span, panel.leastSpan) }

  package var wall: Wall { isUTC ? Wall(offset: 0) : Wall(zone: configuration.zone) }

  /// Seconds since the last snapshot came; nil before the first.
  package var dataAge: Double? { receivedAt.map { max(0, now.secondsSince($0)) } }

  /// The selected model and version in what is shown; of an alert, what it names.
  package var selected: (model: ModelSnapshot, version: String)? {
    if panel == .alerts { return alertedVersion }
    let found = shown.flatMap { selection.resolved(in: $0, allVersions: panel == .models) }
    // Whoever looks at an experiment acts on the challenger.
    if panel == .experiment, let found, let challenger = found.model.deployment.challenger {
      return (found.model, challenger.version)
    }
    return found
  }

  package mutating func say(_ text: String, _ tone: Tone = .info) {
    status = StatusMessage(tone: tone, text: text, at: now)
  }
}
