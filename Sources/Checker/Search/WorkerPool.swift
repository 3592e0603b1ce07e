import ProtocolModel
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Threads that take the parts of a piece of work one after the other, in order.
///
/// Which thread takes which part is left to chance; whoever wants the same result every
/// time makes the result of a part independent of the thread.
final class WorkerPool: @unchecked Sendable {
  /// The threads, the caller of `run` included.
  let count: Int

  // All below is written under the mutex, the piece of work before threads are woken.
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let done = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var body: ((_ worker: Int, _ part: Int) -> Void)?
  private var parts = 0
  private var generation = 0
  private var busy = 0
  private var isOver = false
  private let nextPart = Atomic<Int>(0)
  private var threads: [pthread_t] = []

  init(count: Int) {
    self.count = max(1, count)
    mutex.initialize(to: pthread_mutex_t())
    wake.initialize(to: pthread_cond_t())
    done.initialize(to: pthread_cond_t())
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(wake, nil)
    pthread_cond_init(done, nil)
    for worker in 1..<max(2, count) where worker < self.count { start(worker) }
  }

  deinit {
    mutex.deallocate()
    wake.deallocate()
    done.deallocate()
  }

  /// Ends the threads; the pool is of no use afterwards.
  func stop() {
    pthread_mutex_lock(mutex)
    isOver = true
    pthread_cond_broadcast(wake)
    pthread_mutex_unlock(mutex)
    for thread in threads { pthread_join(thread, nil) }
    threads = []
  }

  private final class Entry {
    let pool: WorkerPool
    let worker: Int
    init(_ pool: WorkerPool, _ worker: Int) { (self.pool, self.worker) = (pool, worker) }
  }

  private func start(_ worker: Int) {
    let entry = Unmanaged.passRetained(Entry(self, worker)).toOpaque()
    #if canImport(Darwin)
      var thread: pthread_t?
      let status = pthread_create(&thread, nil, serveWorker, entry)
      if status == 0, let thread { threads.append(thread) }
    #else
      var thread = pthread_t()
      let status = pthread_create(&thread, nil, serveWorker, entry)
      if status == 0 { threads.append(thread) }
    #endif
    if status != 0 { Unmanaged<Entry>.fromOpaque(entry).release() }
  }

  fileprivate static func serve(_ pointer: UnsafeMutableRawPointer) {
    let entry = Unmanaged<Entry>.fromOpaque(pointer).takeRetainedValue()
    entry.pool.serve(entry.worker)
  }

  private func serve(_ worker: Int) {
    var seen = 0
    while true {
      pthread_mutex_lock(mutex)
      while generation == seen, !isOver { pthread_cond_wait(wake, mutex) }
      seen = generation
      let (isOver, body, parts) = (isOver, body, parts)
      pthread_mutex_unlock(mutex)
      if isOver { return }
      if let body { takeParts(worker, parts, body) }
      pthread_mutex_lock(mutex)
      busy -= 1
      if busy == 0 { pthread_cond_signal(done) }
      pthread_mutex_unlock(mutex)
    }
  }

  private func takeParts(_ worker: Int, _ parts: Int, _ body: (Int, Int) -> Void) {
    while true {
      let part = nextPart.wrappingAdd(1, ordering: .relaxed).oldValue
      if part >= parts { return }
      body(worker, part)
    }
  }

  /// Runs `body` for each part; returns when all are done.
  ///
  /// - Parameter isSmall: the work is not worth waking anybody.
  func run(parts: Int, isSmall: Bool, _ body: @escaping (_ worker: Int, _ part: Int) -> Void) {
    if threads.isEmpty || isSmall || parts < 2 {
      for part in 0..<parts { body(0, part) }
      return
    }
    pthread_mutex_lock(mutex)
    nextPart.store(0, ordering: .relaxed)
    (self.body, self.parts) = (body, parts)
    busy = threads.count
    generation += 1
    pthread_cond_broadcast(wake)
    pthread_mutex_unlock(mutex)
    takeParts(0, parts, body)
    pthread_mutex_lock(mutex)
    while busy > 0 { pthread_cond_wait(done, mutex) }
    self.body = nil
    pthread_mutex_unlock(mutex)
  }
}

#if canImport(Darwin)
  private func serveWorker(_ pointer: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    WorkerPool.serve(pointer)
    return nil
  }
#else
  private func serveWorker(_ pointer: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let pointer { WorkerPool.serve(pointer) }
    return nil
  }
#endif
