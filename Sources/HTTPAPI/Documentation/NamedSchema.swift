/// The schemas that have a name in the documents. Each leads to its shape by an exhaustive switch, so that a reference
/// to nothing does not compile.
enum NamedSchema: String, Sendable, CaseIterable {
  case error = "Error"
  case serverMetadata = "ServerMetadata"
  case live = "Live"
  case ready = "Ready"
  case modelReady = "ModelReady"
  case tensorMetadata = "TensorMetadata"
  case modelMetadata = "ModelMetadata"
  case modelConfiguration = "ModelConfiguration"
  case modelStatistics = "ModelStatistics"
  case tally = "Tally"
  case indexFilter = "IndexFilter"
  case repositoryIndex = "RepositoryIndex"
  case loadOrder = "LoadOrder"
  case unloadOrder = "UnloadOrder"
  case parameters = "Parameters"
  case requestTensor = "RequestTensor"
  case inferRequest = "InferRequest"
  case responseTensor = "ResponseTensor"
  case inferResponse = "InferResponse"
  case labelBatch = "LabelBatch"
  case labelReceipt = "LabelReceipt"
  case time = "Time"
  case measured = "Measured"
  case modelVersion = "ModelVersion"
  case variant = "Variant"
  case outcome = "Outcome"
  case window = "Window"
  case askedWindow = "AskedWindow"
  case seriesQuery = "SeriesQuery"
  case seriesResult = "SeriesResult"
  case heatmapQuery = "HeatmapQuery"
  case heatmap = "LatencyHeatmap"
  case requestQuery = "RequestQuery"
  case requestSummary = "RequestSummary"
  case requestDetail = "RequestDetail"
  case tensorTable = "TensorTable"
  case rerunQuery = "RerunQuery"
  case rerun = "Rerun"
  case failureQuery = "FailureQuery"
  case failureReport = "FailureReport"
  case judgementQuery = "JudgementQuery"
  case judgementRecord = "JudgementRecord"
  case driftWindow = "DriftWindow"
  case featureVerdict = "FeatureVerdict"
  case qualityBlock = "QualityBlock"
  case experiment = "ExperimentSummary"
  case difference = "Difference"
  case judgement = "ModelJudgement"
  case drift = "DriftSummary"
  case concept = "ConceptSummary"
  case objectiveState = "ObjectiveSummary"
  case business = "BusinessFigures"
  case businessHistory = "BusinessHistory"
  case pastQuery = "PastQuery"
  case auditQuery = "AuditQuery"
  case auditEntry = "AuditEntry"
  case principal = "Principal"
  case preflightReport = "PreflightReport"
  case commandID = "CommandID"
  case scope = "Scope"
  case action = "Action"
  case command = "Command"
  case done = "Done"
  case refused = "Refused"
  case unknown = "Unknown"
  case commandOutcome = "CommandOutcome"
  case intention = "Intention"
  case intentionNotice = "IntentionNotice"
  case refusal = "Refusal"
  case reloadReport = "ReloadReport"
  case snapshot = "SystemSnapshot"
  case delta = "SnapshotDelta"
  case serverInfo = "ServerInfo"
  case engineStatus = "EngineStatus"
  case storeStatus = "StoreStatus"
  case notice = "Notice"
  case modelSnapshot = "ModelSnapshot"
  case deployment = "Deployment"
  case trafficLimit = "TrafficLimit"
  case objective = "ServiceObjective"
  case versionSnapshot = "VersionSnapshot"
  case quarantine = "Quarantine"
  case figures = "RecentFigures"
  case executionFigures = "ExecutionFigures"
  case upstream = "UpstreamStatus"
  case client = "ClientFigures"
  case recovery = "Recovery"
  case proportion = "Proportion"
  case runbookBlock = "RunbookBlock"
  case runbookInline = "RunbookInline"
  case incident = "Incident"
  case incidentAlert = "IncidentAlert"
  case incidentSummary = "IncidentSummary"
  case incidentReport = "IncidentReport"
  case incidentEntry = "IncidentEntry"
  case tickedStep = "TickedStep"
  case precedent = "IncidentPrecedent"

  var reference: String { "#/components/schemas/\(rawValue)" }

  var schema: Schema {
    switch self {
    case .error, .serverMetadata, .live, .ready, .modelReady, .tensorMetadata, .modelMetadata,
      .modelConfiguration, .modelStatistics, .tally, .indexFilter, .repositoryIndex, .loadOrder,
      .unloadOrder:
      servingSchema
    case .parameters, .requestTensor, .inferRequest, .responseTensor, .inferResponse, .labelBatch,
      .labelReceipt:
      predictionSchema
    case .time, .measured, .modelVersion, .variant, .outcome, .window, .askedWindow, .seriesQuery,
      .seriesResult, .heatmapQuery, .heatmap, .pastQuery, .auditQuery, .auditEntry, .principal:
      pastSchema
    case .requestQuery, .requestSummary, .requestDetail, .tensorTable, .rerunQuery, .rerun,
      .failureQuery, .failureReport:
      requestSchema
    case .judgementQuery, .judgementRecord, .driftWindow, .featureVerdict, .qualityBlock,
      .experiment, .difference, .judgement, .drift, .concept, .objectiveState, .business,
      .businessHistory:
      judgementSchema
    case .preflightReport, .commandID, .scope, .action, .command, .done, .refused, .unknown,
      .commandOutcome, .intention, .intentionNotice, .refusal, .reloadReport:
      commandSchema
    case .snapshot, .delta, .serverInfo, .engineStatus, .storeStatus, .notice, .modelSnapshot,
      .deployment, .trafficLimit, .objective, .versionSnapshot, .quarantine, .figures,
      .executionFigures, .upstream, .client, .recovery, .proportion:
      presentSchema
    case .runbookBlock, .runbookInline: runbookSchema
    case .incident, .incidentAlert, .incidentSummary, .incidentReport, .incidentEntry,
      .tickedStep, .precedent:
      incidentSchema
    }
  }
}
