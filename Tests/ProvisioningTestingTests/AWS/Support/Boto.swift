import Foundation
import ProvisioningTesting

/// Runs scripts with boto3, the client that AWS itself ships, against a test server.
enum Boto {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// What a script prints. `client(service)` gives it a client without retries or checks of its own, `code(call)` the
    /// error code of a call that fails.
    static func run(
        _ script: String, endpoint: String, secret: String = CloudCredential.standardSecret,
        region: String = "us-east-1"
    ) async throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [ServiceModels.defaultPython, "-c", prelude + script]
        process.environment = ProcessInfo.processInfo.environment.merging([
            "AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": CloudCredential.standardKey,
            "AWS_SECRET_ACCESS_KEY": secret, "AWS_DEFAULT_REGION": region, "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_EC2_METADATA_DISABLED": "true", "NO_PROXY": "127.0.0.1",
        ]) { _, new in new }
        let output = Pipe()
        let complaints = Pipe()
        process.standardOutput = output
        process.standardError = complaints
        let (ends, end) = AsyncStream<Int32>.makeStream()
        process.terminationHandler = { process in
            end.yield(process.terminationStatus)
            end.finish()
        }
        try process.run()
        var status: Int32 = -1
        for await ended in ends { status = ended }
        // Scripts print less than a pipe holds.
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        guard status == 0 else {
            let complaint = complaints.fileHandleForReading.readDataToEndOfFile()
            throw Failure(description: "the script ended with \(status): \(String(decoding: complaint, as: UTF8.self))")
        }
        return text
    }

    private static let prelude = #"""
        import boto3, botocore.parsers, json
        from botocore.config import Config
        from botocore.exceptions import ClientError
        def client(service, **settings):
            options = dict(parameter_validation=False, retries={"total_max_attempts": 1}, read_timeout=20)
            options.update(settings)
            return boto3.client(service, config=Config(**options))
        def code(call):
            try:
                call()
            except ClientError as error:
                status = error.response["ResponseMetadata"]["HTTPStatusCode"]
                return f'{status} {error.response["Error"]["Code"]}'
            except (botocore.exceptions.BotoCoreError, botocore.parsers.ResponseParserError) as error:
                return type(error).__name__
            return "none"
        VPC = "vpc-0a1b2c3d4e5f60718"
        SUBNETS = ["subnet-0public000000000", "subnet-0public000000001"]

        """#
}
