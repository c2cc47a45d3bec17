"""An editor: the real yaml-language-server, spoken to over its standard streams as editors do it (Language Server Protocol 3.17)."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from pathlib import Path

import pytest

from tools.node import MODULES, node

LIMIT_S = 60.0  # for an answer; the first one compiles the schema on a machine that may be busy
SERVER = MODULES / "yaml-language-server" / "bin" / "yaml-language-server"
SETTINGS = {
    "yaml": {"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False}, "disableAdditionalProperties": False},
    "http": {"proxy": "", "proxyStrictSSL": True},
}


class Editor:
    """`editor.open(path)` shows a file; then it has problems, completions and hovers, as a person would see them."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen([*node(), str(SERVER), "--stdio"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._messages: queue.Queue[dict | None] = queue.Queue()
        self._problems: dict[str, list[dict]] = {}
        self._opened: set[str] = set()
        self._number = 0
        threading.Thread(target=self._read, daemon=True).start()
        capabilities = {
            "workspace": {"configuration": True, "didChangeConfiguration": {"dynamicRegistration": True}},
            "textDocument": {
                "completion": {"completionItem": {"documentationFormat": ["markdown"], "snippetSupport": True}},
                "hover": {"contentFormat": ["markdown"]},
                "publishDiagnostics": {"relatedInformation": True},
            },
        }
        self.ask("initialize", processId=None, rootUri=folder.as_uri(), capabilities=capabilities)
        self._tell("initialized")
        self._tell("workspace/didChangeConfiguration", settings=SETTINGS)

    def open(self, path: Path, text: str | None = None) -> list[dict]:
        """Show a file, or a text in its place, and wait for what is wrong with it. Once a file: else old news could be taken for new."""
        uri = path.as_uri()
        assert uri not in self._opened
        self._opened.add(uri)
        content = path.read_text(encoding="utf-8") if text is None else text
        self._tell("textDocument/didOpen", textDocument={"uri": uri, "languageId": "yaml", "version": 1, "text": content})
        while uri not in self._problems:
            self._take()
        return self._problems[uri]

    def close_file(self, path: Path) -> None:
        """Show a file no longer."""
        self._tell("textDocument/didClose", textDocument={"uri": path.as_uri()})

    def completions(self, path: Path, line: int, column: int) -> dict[str, str]:
        """The words that are offered at a place, counted from 0, with what is said of each."""
        found = self.ask("textDocument/completion", textDocument={"uri": path.as_uri()}, position={"line": line, "character": column})
        return {item["label"]: _words(item.get("documentation", "")) for item in found["items"]}

    def hover(self, path: Path, line: int, column: int) -> str:
        """What is shown when the mouse rests at a place."""
        found = self.ask("textDocument/hover", textDocument={"uri": path.as_uri()}, position={"line": line, "character": column})
        return _words(found["contents"]) if found else ""

    def ask(self, method: str, **parameters):
        """Send a request and wait for its answer."""
        self._number += 1
        number = self._number
        self._send({"id": number, "method": method, "params": parameters})
        while True:
            message = self._take()
            if message.get("id") == number and "method" not in message:
                assert "error" not in message, message
                return message["result"]

    def close(self) -> None:
        """End the server."""
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()

    def _tell(self, method: str, **parameters) -> None:
        self._send({"method": method, "params": parameters})

    def _send(self, message: dict) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def _read(self) -> None:
        """Put every message of the server into the queue; None at its end."""
        with self._process.stdout as stream:
            while head := stream.readline():
                length = 0
                while head.strip():
                    name, _, value = head.partition(b":")
                    length = int(value) if name.lower() == b"content-length" else length
                    head = stream.readline()
                self._messages.put(json.loads(stream.read(length)))
        self._messages.put(None)

    def _take(self) -> dict:
        """The next message; what the server asks of an editor is answered, and what it says of files is kept."""
        message = self._messages.get(timeout=LIMIT_S)
        assert message is not None, "the language server has ended"
        match message.get("method"):
            case "textDocument/publishDiagnostics":
                self._problems[message["params"]["uri"]] = message["params"]["diagnostics"]
            case "workspace/configuration":
                asked = [item.get("section", "") for item in message["params"]["items"]]
                self._send({"id": message["id"], "result": [SETTINGS.get(section) for section in asked]})
            case str() if "id" in message:
                self._send({"id": message["id"], "result": None})
        return message


def _words(content) -> str:
    """Documentation as text, in whichever of the protocol's forms it comes."""
    match content:
        case str():
            return content
        case {"value": value}:
            return value
        case list():
            return "\n".join(map(_words, content))
    return ""


def _installed(path: Path) -> None:
    if not path.exists() or not node():
        pytest.skip(
            "packages of Node are not installed here (`make setup` or `python -m tools.node` does it), and these tests download nothing"
        )


@pytest.fixture(scope="session")
def editor(tmp_path_factory):
    """One for all tests of a process: its start takes a second."""
    _installed(SERVER)
    made = Editor(tmp_path_factory.mktemp("editor"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def sarif_schema():
    """The official JSON Schema of SARIF 2.1.0."""
    folder = MODULES / "@microsoft" / "jest-sarif" / "lib" / "schemas"
    _installed(folder)
    (path,) = folder.glob("sarif-2.1.0*.json")
    return json.loads(path.read_text(encoding="utf-8"))
