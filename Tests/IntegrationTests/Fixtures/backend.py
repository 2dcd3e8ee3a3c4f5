"""A backend for the tests: downloads and uploads of any size.

Usage: backend.py ADDRESS PORT
  GET /bytes/N    N zero bytes with a Content-Length
  GET /chunks/N   N zero bytes in chunks
  PUT, POST       reads the body and answers with its length
"""

import http.server
import sys

BLOCK = bytes(1 << 20)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        kind, _, count = self.path.strip("/").partition("/")
        remaining = int(count or 0)
        self.send_response(200)
        if kind == "chunks":
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(remaining))
        self.end_headers()
        while remaining > 0:
            block = BLOCK[: min(remaining, len(BLOCK))]
            remaining -= len(block)
            self.wfile.write(b"%x\r\n%s\r\n" % (len(block), block) if kind == "chunks" else block)
        if kind == "chunks":
            self.wfile.write(b"0\r\n\r\n")

    def do_POST(self):
        received = sum(len(block) for block in self.body())
        text = f"{received}\n".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_PUT = do_POST

    def body(self):
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            while size := int(self.rfile.readline().split(b";")[0], 16):
                while size > 0:
                    block = self.rfile.read(min(size, len(BLOCK)))
                    size -= len(block)
                    yield block
                self.rfile.readline()
            self.rfile.readline()
            return
        remaining = int(self.headers.get("Content-Length", 0))
        while remaining > 0:
            block = self.rfile.read(min(remaining, len(BLOCK)))
            remaining -= len(block)
            yield block


if __name__ == "__main__":
    http.server.ThreadingHTTPServer((sys.argv[1], int(sys.argv[2])), Handler).serve_forever()
