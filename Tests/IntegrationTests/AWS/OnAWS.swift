import ProvisioningTesting
import Testing

/// The executable against the servers that stand in for AWS, of which each runs once for all suites.
@Suite("headgate on AWS", .moto, .boto, .timeLimit(.minutes(10)), .serialized)
enum OnAWS {}
