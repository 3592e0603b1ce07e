#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// C code that was compiled and loaded into this process.
///
/// The compiler is the toolchain's `clang` or the system's `cc`, started directly with
/// fixed arguments; file names are made of digests. Libraries are kept in a folder that
/// belongs to the user alone; one that others could write to is not used, and neither is
/// a file in it.
final class NativeLibrary: @unchecked Sendable {
  typealias Expand =
    @convention(c) (
      UnsafePointer<UInt8>, UInt64, UInt64, UnsafeMutablePointer<UInt64>, UInt64,
      UnsafeMutablePointer<UInt32>, UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<UInt64>
    ) -> Int64
  typealias Judge =
    @convention(c) (
      UnsafePointer<UInt8>, UInt64, UInt64, UnsafeMutablePointer<UInt64>, UnsafeMutablePointer<Int>
    ) -> Void
  typealias JudgeSteps =
    @convention(c) (
      UnsafePointer<UInt8>, UnsafePointer<UInt64>, UInt64, UnsafeMutablePointer<UInt64>
    ) -> Void

  typealias Find = @convention(c) (UInt64, UnsafePointer<UInt8>, UInt64, UInt64, UInt64) -> Int64

  // Written once, before the library is given to any thread.
  let expand: Expand
  let judge: Judge
  let judgeSteps: JudgeSteps
  let find: Find
  private let handle: UnsafeMutableRawPointer

  struct Failure: Error {
    var reason: String
  }

  init(path: String) throws(Failure) {
    guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
      throw Failure(reason: dlerror().map { String(cString: $0) } ?? "the library cannot be loaded")
    }
    guard let expand = dlsym(handle, "expand"), let judge = dlsym(handle, "judge"),
      let judgeSteps = dlsym(handle, "judge_steps"), let find = dlsym(handle, "find")
    else {
      dlclose(handle)
      throw Failure(reason: "the library is not one of ours")
    }
    self.handle = handle
    self.expand = unsafeBitCast(expand, to: Expand.self)
    self.judge = unsafeBitCast(judge, to: Judge.self)
    self.judgeSteps = unsafeBitCast(judgeSteps, to: JudgeSteps.self)
    self.find = unsafeBitCast(find, to: Find.self)
  }

  deinit { dlclose(handle) }
}

/// A native library as an engine; it has no state of its own.
final class NativeEngine: SuccessorEngine {
  private let library: NativeLibrary

  init(_ library: NativeLibrary) { self.library = library }

  func expand(
    _ states: UnsafePointer<UInt8>, stride: Int, count: Int, into output: UnsafeMutablePointer<UInt64>,
    room: Int, counts: UnsafeMutablePointer<UInt32>, fired: UnsafeMutablePointer<UInt8>
  ) -> Expansion {
    var rows: UInt64 = 0
    let done = library.expand(
      states, UInt64(stride), UInt64(count), output, UInt64(room), counts, fired, &rows)
    return Expansion(states: Int(done < 0 ? ~done : done), rows: Int(rows), gaveUp: done < 0)
  }

  func judge(
    _ states: UnsafePointer<UInt8>, stride: Int, count: Int, truths: UnsafeMutablePointer<UInt64>,
    quantities: UnsafeMutablePointer<Int>
  ) {
    library.judge(states, UInt64(stride), UInt64(count), truths, quantities)
  }

  func judgeSteps(
    from state: UnsafePointer<UInt8>, to rows: UnsafePointer<UInt64>, count: Int,
    truths: UnsafeMutablePointer<UInt64>
  ) {
    library.judgeSteps(state, rows, UInt64(count), truths)
  }
}
