"""A backend that holds its answers back until it is told to go on.

Usage: held.py ADDRESS PORT
  GET /hold      sends a head and half of the body; the other half comes after /release
  GET /waiting   how many requests are held
  GET /release   lets every held request, and later ones, go on
"""

import http.server
import sys
import threading

released = threading.Event()
lock = threading.Lock()
waiting = 0


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        if self.path == "/hold":
            return self.hold()
        if self.path == "/release":
            released.set()
        self.answer(f"{waiting}\n")

    def answer(self, text):
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def hold(self):
        global waiting
        self.send_response(200)
        self.send_header("Content-Length", "12")
        self.end_headers()
        self.wfile.write(b"first ")
        self.wfile.flush()
        with lock:
            waiting += 1
        released.wait()
        self.wfile.write(b"second")


if __name__ == "__main__":
    server = http.server.ThreadingHTTPServer((sys.argv[1], int(sys.argv[2])), Handler)
    server.daemon_threads = True
    server.serve_forever()
