#!/usr/bin/env python3
"""A backend that behaves badly: listens on 127.0.0.1, and answers every request as the first word of a file says.

usage: hostile.py PORT FILE
"garbage" sends bytes that are no HTTP, "nothing" closes without a word, "silence" never answers, "half" breaks off in
the middle of a body, "page" answers 200 with a web page, "json" 200 with JSON of something else, "token" 200 with
a token, "refusal" 404 with a web page, "redirect" sends elsewhere, "flood" an endless header.
"""
import socket
import sys
import threading
import time

PAGE = b"<html><title>Welcome to the printer</title><body>Toner is low.</body></html>"
HEAD = b"HTTP/1.1 %s\r\nConnection: close\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
ANSWERS = {
    "garbage": b"\x16\x03\x01\x02\x00 220 printer ready\r\n\xff\xfe\x00\r\n\r\n",
    "nothing": b"",
    "half": HEAD % (b"200 OK", b"application/json", 4096) + b'{"contacts":[{"id":"1","state":',
    "page": HEAD % (b"200 OK", b"text/html", len(PAGE)) + PAGE,
    "token": HEAD % (b"200 OK", b"application/json", 17) + b'{"token":"abcde"}',
    "json": HEAD % (b"200 OK", b"application/json", 19) + b'{"toner":"is low!"}',
    "refusal": HEAD % (b"404 Not Found", b"text/html", len(PAGE)) + PAGE,
    "redirect": b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/login\r\nConnection: close\r\n"
                b"Content-Length: 0\r\n\r\n",
    "flood": b"HTTP/1.1 200 OK\r\n" + b"X-Toner: " + b"low " * 60000 + b"\r\n\r\n",
}


def serve(peer, path):
    with peer:
        try:
            head = b""
            while b"\r\n\r\n" not in head:
                more = peer.recv(65536)
                if not more:
                    return
                head += more
            with open(path, encoding="ascii") as file:
                word = file.read().split()[0]
            if word == "silence":
                time.sleep(600)
            peer.sendall(ANSWERS[word])
            peer.shutdown(socket.SHUT_WR)
            peer.settimeout(1)
            while peer.recv(65536):
                pass
        except OSError:
            pass


def main():
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", int(sys.argv[1])))
    listener.listen(64)
    print("listening at http://127.0.0.1:%d" % listener.getsockname()[1], flush=True)
    while True:
        peer, _ = listener.accept()
        threading.Thread(target=serve, args=(peer, sys.argv[2]), daemon=True).start()


main()
