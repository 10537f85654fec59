import ArgumentParser
import Foundation
import OnnxRuntime

/// What a server starts to try a model file before it loads it: nothing that a person would type.
struct LoadCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "__load-check", abstract: "Try a model file; an order comes on standard input.",
    shouldDisplay: false)

  func run() throws {
    let report: LoadCheckReport
    do {
      let input = try FileHandle.standardInput.readToEnd() ?? Data()
      report = LoadCheckChild.run(try JSONDecoder().decode(LoadCheckOrder.self, from: input))
    } catch {
      report = .notChecked(reason: "\(error)")
    }
    FileHandle.standardOutput.write(try JSONEncoder().encode(report))
  }
}
