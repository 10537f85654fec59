import Logging

/// The log of a server that ends with it: of all that a server is given, its log is what it holds until it is gone.
struct LifetimeLog: LogHandler {
  private var base: any LogHandler
  private let lifetime: ServerEnd.Lifetime

  /// - Returns: the logger as it was, but for its server's lifetime.
  static func logger(_ logger: Logger, _ lifetime: ServerEnd.Lifetime) -> Logger {
    var logger = logger
    logger.handler = LifetimeLog(base: logger.handler, lifetime: lifetime)
    return logger
  }

  var logLevel: Logger.Level {
    get { base.logLevel }
    set { base.logLevel = newValue }
  }

  var metadata: Logger.Metadata {
    get { base.metadata }
    set { base.metadata = newValue }
  }

  var metadataProvider: Logger.MetadataProvider? {
    get { base.metadataProvider }
    set { base.metadataProvider = newValue }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { base[metadataKey: key] }
    set { base[metadataKey: key] = newValue }
  }

  func log(event: LogEvent) { base.log(event: event) }
}
