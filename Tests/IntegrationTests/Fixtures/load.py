"""Sends requests on connections that are kept alive until it is told to stop (SIGTERM), and counts what went wrong.

Usage: load.py ADDRESS PORT HOST CONNECTIONS
Prints {"requests": n, "failures": [...]}. A connection that is closed without `Connection: close` before it counts as a failure.
"""

import http.client
import json
import signal
import sys
import threading

stopping = threading.Event()
lock = threading.Lock()
requests, failures = 0, []


def run(address, port, host):
    global requests
    connection = http.client.HTTPConnection(address, port, timeout=30)
    connection.connect()
    connection.auto_open = 0
    while not stopping.is_set():
        try:
            connection.request("GET", "/", headers={"Host": host})
            answer = connection.getresponse()
            answer.read()
            problem = None if answer.status == 200 else f"status {answer.status}"
            closes = answer.will_close
        except Exception as error:
            problem, closes = repr(error), True
        with lock:
            requests += 1
            if problem:
                failures.append(problem)
        if closes:
            if not problem:
                with lock:
                    failures.append("the connection was closed")
            connection = http.client.HTTPConnection(address, port, timeout=30)
            connection.connect()
            connection.auto_open = 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    threads = [threading.Thread(target=run, args=(sys.argv[1], int(sys.argv[2]), sys.argv[3])) for _ in range(int(sys.argv[4]))]
    for thread in threads:
        thread.start()
    while not stopping.wait(0.2):
        pass
    for thread in threads:
        thread.join()
    print(json.dumps({"requests": requests, "failures": failures[:20]}), flush=True)
