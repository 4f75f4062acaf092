"""A server before a real one, which forgets, refuses or changes what a test wants it to."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_PASSED_ON = ("content-length", "connection", "transfer-encoding", "date", "server", "content-encoding")


class Gateway:
    """Passes requests on; use it in a ``with`` block, which gives its address."""

    def __init__(self, url, change, client):
        class Handler(BaseHTTPRequestHandler):
            """Passes one request on."""

            protocol_version = "HTTP/1.1"

            def log_message(self, *_args):
                """Keep quiet."""

            def answer(self):
                """Ask the server behind, unless the test answers."""
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
                # Google's client writes the dash of a bucket's name so, and moto does not read it.
                path = self.path.replace("%2D", "-")
                request = client.build_request(self.command, url + path, headers=headers, content=body)
                said = change(request)
                status, data, told = (*said, {}) if said else _asked(client, request)
                self.send_response(status)
                for name, value in told.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", told.get("x-length", str(len(data))))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(data)

            do_GET = do_PUT = do_HEAD = do_DELETE = do_POST = answer  # noqa: N815 - the library's names

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._client = client

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_port}"

    def __exit__(self, *_error):
        self._server.shutdown()
        self._server.server_close()
        self._client.close()


def _asked(client, request):
    got = client.send(request)
    told = {name: value for name, value in got.headers.items() if name.lower() not in _PASSED_ON}
    if request.method == "HEAD":
        return got.status_code, b"", told | {"x-length": got.headers.get("content-length", "0")}
    return got.status_code, got.content, told
