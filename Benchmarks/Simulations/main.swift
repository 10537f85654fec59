import Glibc

let usage = """
  Usage: Simulations [--runs N] [--seed N] [--only TEXT]

  Runs made-up traffic through the judges of experiments and drift, and counts how often they err: each line is a promise,
  with what was found in so many runs and the interval of it. The same seed gives the same figures.

    --runs N     experiments a line (default 1000)
    --seed N     where chance starts (default 1)
    --only TEXT  lines whose name contains it

  Exit code: 0 all bounds held, 1 one was broken, 2 usage.
  """

struct Options {
  var runs = 1_000
  var seed: UInt64 = 1
  var only = ""

  /// Nil: not what the usage says.
  init?(_ arguments: ArraySlice<String>) {
    var rest = arguments
    while let option = rest.popFirst() {
      guard let value = rest.popFirst() else { return nil }
      switch option {
      case "--runs":
        guard let number = Int(value), number > 0 else { return nil }
        runs = number
      case "--seed":
        guard let number = UInt64(value) else { return nil }
        seed = number
      case "--only": only = value
      default: return nil
      }
    }
  }
}

if CommandLine.arguments.contains(where: { $0 == "--help" || $0 == "-h" }) {
  print(usage)
  exit(0)
}
guard let options = Options(CommandLine.arguments.dropFirst()) else {
  print(usage)
  exit(2)
}
let scenarios = (RolloutScenarios.all + AlarmScenarios.all).filter {
  options.only.isEmpty || $0.name.contains(options.only)
}
guard !scenarios.isEmpty else {
  print("no line's name contains \"\(options.only)\"")
  exit(2)
}
let clock = ContinuousClock()
let begin = clock.now
print(Table.header)
var broken = 0
for scenario in scenarios {
  let finding = await scenario.finding(runs: options.runs, seed: options.seed)
  print(Table.line(finding))
  // A line at a time, also into a file.
  fflush(nil)
  if !finding.holds { broken += 1 }
}
let seconds = (clock.now - begin).components.seconds
print("\(scenarios.count) lines in \(seconds) s, \(broken) broken")
exit(broken == 0 ? 0 : 1)
