/// A message head that is being read: what requests and responses have in common behind their first line.
///
/// Both conforming types and their reading are in this module, and the loop is inlined into each: nothing is dispatched.
protocol HeadReading: ~Copyable {
    /// What is wrong with such a head.
    associatedtype Fault: HeadFault

    var fields: FieldTable { get set }
    /// The start of the first line that isn't read yet.
    var lineStart: Int { get set }
    /// Up to where the line that isn't whole yet is known to be clean.
    var scanned: Int { get set }

    /// Takes in what a field says about the message.
    mutating func note(_ field: FieldRecord, in scanner: ByteScanner) throws(Fault)
}

protocol HeadFault: Error {
    static var tooManyFields: Self { get }

    init(_ error: FieldLineError)
}

extension HeadReading where Self: ~Copyable {
    /// Reads field lines up to the empty one that ends the head. False where they aren't all here yet.
    @inline(__always)
    mutating func readFields(_ scanner: ByteScanner, _ limits: HeadLimits) throws(Fault) -> Bool {
        let section = FieldSectionParser(scanner, limits)
        while true {
            let line: FieldSectionParser.Line
            do throws(FieldLineError) {
                line = try section.next(lineStart, scanned)
            } catch {
                throw Fault(error)
            }
            switch line {
            case .incomplete(let scanned):
                self.scanned = scanned
                return false
            case .end(let next):
                lineStart = next
                return true
            case .field(let record, let next):
                lineStart = next
                try note(record, in: scanner)
                fields.append(record)
                guard fields.count <= limits.maximumFields else { throw .tooManyFields }
            }
        }
    }
}
