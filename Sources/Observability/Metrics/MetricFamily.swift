/// All samples of one metric, as Prometheus groups them.
package struct MetricFamily: Sendable, Hashable {
    /// The type that is announced for a family.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case counter, gauge, histogram
    }

    /// The name, in snake case with the base unit and, for counters, `_total` at the end.
    package var name: String
    /// One sentence for people.
    package var help: String
    package var kind: Kind
    package var samples: [MetricSample]

    package init(_ name: String, help: String, kind: Kind, samples: [MetricSample]) {
        self.name = name
        self.help = help
        self.kind = kind
        self.samples = samples
    }

    /// A counter of one or more samples.
    package static func counter(_ name: String, help: String, _ samples: [MetricSample]) -> MetricFamily {
        MetricFamily(name, help: help, kind: .counter, samples: samples)
    }

    /// A gauge of one or more samples.
    package static func gauge(_ name: String, help: String, _ samples: [MetricSample]) -> MetricFamily {
        MetricFamily(name, help: help, kind: .gauge, samples: samples)
    }

    /// A gauge without labels.
    package static func gauge(_ name: String, help: String, value: Double) -> MetricFamily {
        gauge(name, help: help, [MetricSample(value)])
    }

    /// A counter without labels.
    package static func counter(_ name: String, help: String, value: Double) -> MetricFamily {
        counter(name, help: help, [MetricSample(value)])
    }

    /// A histogram of one or more samples.
    package static func histogram(_ name: String, help: String, _ samples: [MetricSample]) -> MetricFamily {
        MetricFamily(name, help: help, kind: .histogram, samples: samples)
    }
}

/// One value of a family, told from the others by its labels.
package struct MetricSample: Sendable, Hashable {
    package enum Value: Sendable, Hashable {
        case number(Double)
        case histogram(MetricHistogram)
    }

    package var labels: [MetricLabel]
    package var value: Value

    package init(_ number: Double, labels: [MetricLabel] = []) {
        self.labels = labels
        self.value = .number(number)
    }

    package init(_ histogram: MetricHistogram, labels: [MetricLabel] = []) {
        self.labels = labels
        self.value = .histogram(histogram)
    }
}

/// A label of a sample.
package struct MetricLabel: Sendable, Hashable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// A distribution in buckets with fixed upper bounds.
package struct MetricHistogram: Sendable, Hashable {
    /// The inclusive upper bounds, ascending, without infinity.
    package let bounds: [Double]
    /// Observations per bucket, not cumulative; one more than ``bounds`` for what lies above the last.
    package private(set) var counts: [UInt64]
    package private(set) var sum: Double

    package init(bounds: [Double]) {
        self.bounds = bounds
        self.counts = Array(repeating: 0, count: bounds.count + 1)
        self.sum = 0
    }

    /// Takes over counts that were collected elsewhere. Counts that are missing are 0, those beyond the bounds count as above the last.
    package init(bounds: [Double], counts: [UInt64], sum: Double) {
        self.init(bounds: bounds)
        for (index, count) in counts.enumerated() {
            self.counts[min(index, bounds.count)] += count
        }
        self.sum = sum
    }

    /// Counts one observation.
    package mutating func observe(_ value: Double) {
        counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
        sum += value
    }

    /// The number of observations.
    package var count: UInt64 { counts.reduce(0, +) }
}
