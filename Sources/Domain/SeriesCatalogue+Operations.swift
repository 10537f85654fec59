/// What is done to the server, and whether it can be relied on.
extension SeriesCatalogue {
  package static let commands = SeriesDefinition(
    name: "vigia_commands_total", kind: .counter, unit: "", labels: ["model", "action", "outcome"],
    help: "Commands since the start, by what became of them: done, refused, failed or unknown.")
  package static let modelLoadFailures = SeriesDefinition(
    name: "vigia_model_load_failures_total", kind: .counter, unit: "",
    labels: ["model", "version"], help: "Loads of a version that failed.")
  package static let rollbackTargetReady = SeriesDefinition(
    name: "vigia_rollback_target_ready", kind: .gauge, unit: "", labels: ["model"],
    help: "1 while a rollback would find a version that is loaded; absent where none is expected.")
  package static let auditChainSound = SeriesDefinition(
    name: "vigia_audit_chain_sound", kind: .gauge, unit: "", labels: [],
    help: "1 while the ledger's chain is whole, as far as it was looked at.")
  package static let clockJumps = SeriesDefinition(
    name: "vigia_clock_jumps_total", kind: .counter, unit: "", labels: [],
    help: "Times that the wall clock was set by more than two seconds.")
  package static let configurationTaken = SeriesDefinition(
    name: "vigia_config_last_reload_successful", kind: .gauge, unit: "", labels: [],
    help: "1 while the rules on the disk are all in force.")
  package static let notifications = SeriesDefinition(
    name: "vigia_notifications_total", kind: .counter, unit: "", labels: ["receiver"],
    help: "Notifications that a receiver took.")
  package static let notificationFailures = SeriesDefinition(
    name: "vigia_notification_failures_total", kind: .counter, unit: "", labels: ["receiver"],
    help: "Tries to notify a receiver that failed.")
  package static let notificationsLost = SeriesDefinition(
    name: "vigia_notifications_lost_total", kind: .counter, unit: "", labels: ["receiver"],
    help: "Notifications that a receiver refused for good, or that waited for a week.")

  package static let sourceUp = SeriesDefinition(
    name: "vigia_source_up", kind: .gauge, unit: "", labels: ["source"],
    help: "1 while a source answered the last question.")
  package static let sourceAge = SeriesDefinition(
    name: "vigia_source_age_seconds", kind: .gauge, unit: "seconds", labels: ["source"],
    help: "Time since a source's last answer; since it is asked, where there was none.")
  package static let sourceInterval = SeriesDefinition(
    name: "vigia_source_interval_seconds", kind: .gauge, unit: "seconds", labels: ["source"],
    help: "Time from one question to a source to the next.")

  package static let upstreamUp = SeriesDefinition(
    name: "vigia_upstream_up", kind: .gauge, unit: "", labels: ["model", "version", "upstream"],
    help: "1 while an upstream of a remote version gets requests: 0 while it is down or left out.")

  static let operations = [
    commands, modelLoadFailures, rollbackTargetReady, auditChainSound, clockJumps,
    configurationTaken, notifications, notificationFailures, notificationsLost, sourceUp, sourceAge,
    sourceInterval,
    upstreamUp,
  ]
}
