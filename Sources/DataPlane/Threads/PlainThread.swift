import CLinux
import Glibc

/// A thread that runs a closure and is waited for.
struct PlainThread: Sendable {
    private let thread: pthread_t

    /// - Parameters:
    ///   - name: at most 15 characters, as tools show it.
    ///   - processor: the processor to run on; absent for any.
    init(_ name: String, processor: Int? = nil, _ body: @escaping @Sendable () -> Void) throws(EngineError) {
        let work = Unmanaged.passRetained(
            ThreadWork {
                hg_name_thread(name)
                if let processor { _ = hg_pin_thread(Int32(processor)) }
                body()
            })
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<ThreadWork>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            }, work.toOpaque())
        guard result == 0 else {
            work.release()
            throw .system(call: "pthread_create", subject: name, code: result)
        }
        self.thread = thread
    }

    /// Lets the thread end on its own, with nobody waiting.
    func detach() { pthread_detach(thread) }

    /// Waits until the closure has returned.
    func join() { pthread_join(thread, nil) }
}

/// Carries a closure through the C interface.
private final class ThreadWork: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
