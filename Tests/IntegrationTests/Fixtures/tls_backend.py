"""A TLS backend whose answers have no length and end with the connection.

Usage: tls_backend.py ADDRESS PORT CERTIFICATE KEY
  GET /clean   says farewell (close_notify) before it closes
  GET /cut     closes without a word
"""

import socket
import ssl
import sys

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[3], sys.argv[4])
with socket.create_server((sys.argv[1], int(sys.argv[2]))) as listener:
    while True:
        plain, _ = listener.accept()
        try:
            connection = context.wrap_socket(plain, server_side=True)
            head = connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\npartial")
            if b"/clean" in head:
                connection.unwrap()
            connection.close()
        except OSError:
            plain.close()
