"""A language client for tests: starts a server, speaks LSP over its pipes, keeps what it publishes."""
import json
import os
import pathlib
import queue
import subprocess
import threading
import time

CAPABILITIES = {
    "textDocument": {
        "publishDiagnostics": {"relatedInformation": True, "codeDescriptionSupport": True, "codeActionsInline": False},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}}},
    }
}


class Gone(Exception):
    pass


class Client:
    def __init__(self, command, root, log, timeout=60):
        self.log = open(log, "w")
        environment = {**os.environ, "XDG_CONFIG_HOME": f"{root}/.config", "XDG_CACHE_HOME": f"{root}/.cache"}
        self.server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log,
                                       cwd=root, env=environment)
        self.timeout = timeout
        self.messages = queue.Queue()
        self.versions = {}
        self.published = {}  # uri -> parameters of the last publishDiagnostics
        self.number = 0
        threading.Thread(target=self.read, daemon=True).start()
        self.call("initialize", {"processId": os.getpid(), "rootUri": uri(root), "capabilities": CAPABILITIES})
        self.notify("initialized", {})

    def read(self):
        try:
            while True:
                length = 0
                while (line := self.server.stdout.readline().strip()):
                    name, _, value = line.partition(b":")
                    if name.lower() == b"content-length":
                        length = int(value)
                if not length:
                    break
                self.messages.put(json.loads(self.server.stdout.read(length)))
        finally:
            self.messages.put(None)

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.server.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.server.stdin.flush()

    def notify(self, method, parameters):
        self.send({"method": method, "params": parameters})

    def next(self, deadline):
        try:
            message = self.messages.get(timeout=max(0.01, deadline - time.monotonic()))
        except queue.Empty:
            raise Gone(f"no answer in {self.timeout} s") from None
        if message is None:
            raise Gone(f"the server is gone, exit code {self.server.wait()}")
        if message.get("method") == "textDocument/publishDiagnostics":
            self.published[message["params"]["uri"]] = message["params"]
        elif "method" in message and "id" in message:
            self.send({"id": message["id"], "result": None})
        return message

    def call(self, method, parameters):
        self.number += 1
        number = self.number
        self.send({"id": number, "method": method, "params": parameters})
        deadline = time.monotonic() + self.timeout
        while True:
            message = self.next(deadline)
            if message.get("id") == number and "method" not in message:
                if "error" in message:
                    raise Gone(f"{method}: {message['error']}")
                return message["result"]

    def open(self, file, text=None):
        text = pathlib.Path(file).read_text() if text is None else text
        self.versions[uri(file)] = 1
        self.notify("textDocument/didOpen", {
            "textDocument": {"uri": uri(file), "languageId": "cpp", "version": 1, "text": text}})
        return self.diagnostics(file)

    def change(self, file, text):
        self.versions[uri(file)] += 1
        self.notify("textDocument/didChange", {
            "textDocument": {"uri": uri(file), "version": self.versions[uri(file)]},
            "contentChanges": [{"text": text}]})
        return self.diagnostics(file)

    def diagnostics(self, file):
        """Those of the file's present version, as soon as they are there."""
        deadline = time.monotonic() + self.timeout
        while self.published.get(uri(file), {}).get("version") != self.versions[uri(file)]:
            self.next(deadline)
        return self.published[uri(file)]["diagnostics"]

    def fixes(self, file, diagnostic):
        return self.call("textDocument/codeAction", {
            "textDocument": {"uri": uri(file)}, "range": diagnostic["range"],
            "context": {"diagnostics": [diagnostic], "only": ["quickfix"]}}) or []

    def close(self):
        """Ends the server as the protocol says; its exit code."""
        self.call("shutdown", None)
        self.notify("exit", None)
        return self.server.wait(timeout=self.timeout)


def uri(file):
    return pathlib.Path(file).resolve().as_uri()


def offset(text, position):
    """Of a position in UTF-16 units, as LSP counts."""
    line = sum(len(line) for line in text.splitlines(keepends=True)[:position["line"]])
    rest = text[line:].encode("utf-16-le")[:2 * position["character"]]
    return line + len(rest.decode("utf-16-le"))


def apply(edits, text):
    for edit in sorted(edits, key=lambda edit: offset(text, edit["range"]["start"]), reverse=True):
        start, end = offset(text, edit["range"]["start"]), offset(text, edit["range"]["end"])
        text = text[:start] + edit["newText"] + text[end:]
    return text
