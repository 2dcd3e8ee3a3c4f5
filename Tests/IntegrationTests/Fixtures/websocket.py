"""An echo of WebSocket messages, as a server and as a client (Python's websockets).

Usage: websocket.py server ADDRESS PORT | client URL ADDRESS PORT
"""

import asyncio
import ssl
import sys

from websockets.asyncio.client import connect
from websockets.asyncio.server import serve


async def echo(connection):
    async for message in connection:
        await connection.send(message)


async def run_server(address, port):
    async with serve(echo, address, port, max_size=None):
        await asyncio.get_running_loop().create_future()


async def run_client(url, address, port):
    context = None
    if url.startswith("wss:"):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    async with connect(url, host=address, port=port, ssl=context, max_size=None, compression=None) as connection:
        for message in ["hello", "", b"\x00\xff" * 1000, "ü" * 70000, b"x" * (4 << 20)]:
            await connection.send(message)
            if await connection.recv() != message:
                sys.exit("a message came back changed")
        await (await connection.ping())
    print("echoed")


if __name__ == "__main__":
    if sys.argv[1] == "server":
        asyncio.run(run_server(sys.argv[2], int(sys.argv[3])))
    else:
        asyncio.run(run_client(sys.argv[2], sys.argv[3], int(sys.argv[4])))
