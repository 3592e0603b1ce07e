import Checker
import ProtocolModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The file of `--coverage`: what earlier runs covered, and what this one adds.
///
/// It is read before anything is checked, so that a wrong one is an error at once, and read again before it
/// is written, so that nothing is lost of what other runs have added meanwhile. It is written to another name first,
/// which then takes its place: there is no moment in which it is half written.
struct CoverageFile: Sendable {
  let path: String
  private var record: CoverageRecord
  /// The content that `record` was read from; nil if there was no file.
  private let text: [UInt8]?
  /// By path, of all files that this run has read.
  private var digests: [String: String] = [:]
  /// The specs of this run.
  private var noted: Set<[CoverageRecord.Source]> = []
  /// What the command line says beside `--main`: another step is another machine.
  private let suffix: String

  /// - Returns: nil if there is no such option.
  init?(_ arguments: Arguments) throws(UsageError) {
    guard let path = arguments.text(.coverage) else { return nil }
    if arguments[.noCoverage] { throw UsageError("`--coverage` and `--no-coverage` exclude each other") }
    self.path = path
    let changes = [Option.initial, .step].compactMap { option in
      arguments.text(option).map { " \(option.name) \($0)" }
    }
    suffix = changes.joined()
    // Another run may make the file at any moment: it is asked for once.
    let exists = access(path, F_OK) == 0
    text = exists ? DiskSourceReader().read(path: path) : nil
    record = try text.map { bytes throws(UsageError) in try Self.record(bytes, at: path) } ?? CoverageRecord()
    // Not the name that is written under the lock: another machine may have a process of this number.
    let trial = target + ".\(getpid()).trial"
    guard text != nil || !exists, Console.write("", toFile: trial) else {
      throw UsageError("option `--coverage`: cannot write `\(path)`")
    }
    Process.remove(trial)
  }

  /// Where the content is: a link stays a link.
  private var target: String { DiskSourceReader().canonicalPath(path) }
  private var folder: String { target.lastIndex(of: "/").map { String(target[...$0]) } ?? "." }
  private var temporaryPath: String { "\(target).\(getpid()).tmp" }

  private static func record(_ bytes: [UInt8], at path: String) throws(UsageError) -> CoverageRecord {
    do throws(CoverageRecordError) {
      return try CoverageRecord(parsing: bytes)
    } catch {
      switch error {
      case .malformed(let reason):
        throw UsageError(
          "option `--coverage`: `\(path)` is no record of coverage: \(reason); it is left as it is")
      case .otherVersion(let name):
        throw UsageError(
          "option `--coverage`: `\(path)` was written by another version of this program (\(name), not "
            + "\(CoverageRecord.schema)); it is left as it is: remove it, or name another file")
      }
    }
  }

  /// The name of an instance in the record.
  func instance(_ main: String, of spec: String) -> CoverageReport.Instance {
    .init(spec: spec, name: main + suffix)
  }

  /// The files of a spec as they were read.
  static func sources(of spec: Spec) -> [CoverageRecord.Source] {
    spec.sources.files.filter(\.isOnDisk).map { .init(path: $0.path, digest: Digest.sha256($0.bytes)) }
  }

  /// What earlier runs know of a spec.
  func report(of sources: [CoverageRecord.Source]) -> CoverageReport? { record.report(of: sources) }

  /// Notes what is known of a spec now.
  ///
  /// - Parameter report: nil if no instance of it was checked.
  mutating func note(_ report: CoverageReport?, of sources: [CoverageRecord.Source]) {
    for source in sources { digests[source.path] = source.digest }
    guard let report else { return }
    noted.insert(sources)
    record.note(report, of: sources)
  }

  /// Forgets what does not count any more, tells so, and gives what specs that this run has not read cover of files
  /// that it has.
  mutating func settle(_ console: Console) -> [CoverageReport] {
    for dropped in record.dropChanged(digest: currentDigest) {
      let reason = dropped.changed == dropped.spec ? "it" : "`\(dropped.changed)`"
      console.error(
        "note: what `\(path)` held of `\(dropped.spec)` is dropped, since \(reason) has changed\n")
    }
    return record.reports(ofOthersThan: noted, sharing: Set(digests.keys), digest: currentDigest)
  }

  private func currentDigest(_ path: String) -> String? {
    digests[path] ?? DiskSourceReader().read(path: path).map(Digest.sha256)
  }

  /// Writes the record, joined with what the file holds now.
  func write() throws(UsageError) {
    // Others that end now wait; the lock is on the folder, since the file itself is replaced.
    let folder = open(folder, O_RDONLY)
    if folder >= 0 { _ = flock(folder, LOCK_EX) }
    defer { if folder >= 0 { close(folder) } }
    var record = record
    if let now = DiskSourceReader().read(path: path), now != text {
      var others = try Self.record(now, at: path)
      _ = others.dropChanged(digest: currentDigest)
      record.join(others)
    }
    let temporary = temporaryPath
    guard Console.write(record.text, toFile: temporary), rename(temporary, target) == 0 else {
      Process.remove(temporary)
      throw UsageError("cannot write `\(path)`")
    }
  }
}
