import Foundation

/// Measures the store and the judgement by themselves, and prints one line of JSON a figure: {"name", "value"}.
///
///     StoreBench blocks FOLDER | record | rush FOLDER | drift | panels FEW N MANY N | sizes FOLDER
///     StoreBench day FOLDER RATE HOURS | tables FOLDER
let arguments = Array(CommandLine.arguments.dropFirst())
switch (arguments.first, arguments.count) {
case ("blocks", 2): try blocks(in: arguments[1])
case ("record", 1): recording()
case ("rush", 2): try rush(in: arguments[1])
case ("drift", 1): driftPass()
case ("panels", 5):
  try panels(
    few: (arguments[1], Int64(arguments[2]) ?? 0), many: (arguments[3], Int64(arguments[4]) ?? 0))
case ("sizes", 2): try sizes(in: arguments[1])
case ("day", 4):
  try day(in: arguments[1], rate: Int(arguments[2]) ?? 1, hours: Int(arguments[3]) ?? 1)
case ("tables", 2): try tables(in: arguments[1])
default:
  print(
    "usage: StoreBench blocks FOLDER | record | rush FOLDER | drift | panels FEW N MANY N | sizes FOLDER "
      + "| day FOLDER RATE HOURS | tables FOLDER")
  exit(2)
}

func figure(_ name: String, _ value: Double) { print("{\"name\":\"\(name)\",\"value\":\(value)}") }

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

/// Milliseconds.
func timed(_ body: () throws -> Void) rethrows -> Double {
  try ContinuousClock().measure(body) / .milliseconds(1)
}
