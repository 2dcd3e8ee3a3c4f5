import LoadBalancerModel
import Synchronization

/// Makes subjects, and keeps them for a look at what was called.
final class Subjects: Sendable {
    private let assets: PlanAssets
    private let made = Mutex<[StrictSubject]>([])

    init(assets: PlanAssets) {
        self.assets = assets
    }

    var all: [StrictSubject] { made.withLock { $0 } }

    func next() -> StrictSubject {
        let subject = StrictSubject(assets: assets)
        made.withLock { $0.append(subject) }
        return subject
    }
}
