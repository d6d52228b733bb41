"""The schemas: they hold for the shipped files and for real answers, refuse what the reader refuses, and serve an editor."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from salvage_cli import advice, schema, validating
from salvage_cli.model import KINDS
from salvage_cli.opening import shipped_files
from salvage_cli.shape import slots
from tests.conftest import Run

DOCS = Path(__file__).parent.parent / "docs"
FAULTS = Path(__file__).parent / "faults"


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML as editors read it, but days as text, as YAML 1.2 has them."""


_Loader.yaml_implicit_resolvers = {
    sign: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
    for sign, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def parsed(text: str) -> Any:
    return yaml.load(text, Loader=_Loader)


@pytest.fixture(scope="session")
def files_schema() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema.files({}))


@pytest.mark.parametrize("of", schema.SCHEMAS)
@pytest.mark.parametrize("ids", [{}, {"modalities": ["radiation"], "therapies": ["gilteritinib-aml"]}], ids=["plain", "ids"])
def test_a_schema_is_a_schema(of: str, ids: dict[str, list[str]]) -> None:
    made = schema.SCHEMAS[of](ids)
    jsonschema.Draft202012Validator.check_schema(made)
    assert made["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("file", shipped_files(), ids=lambda file: Path(file).stem)
def test_the_shipped_files_hold(files_schema: jsonschema.Draft202012Validator, file: str) -> None:
    errors = files_schema.iter_errors(parsed(Path(file).read_text(encoding="utf-8")))
    assert [f"{error.json_path}: {error.message[:80]}" for error in errors] == []


def test_a_file_of_ones_own_holds(files_schema: jsonschema.Draft202012Validator) -> None:
    text = (Path(__file__).parent / "wards.yaml").read_text(encoding="utf-8")
    changes = (
        "- {replaces: gilteritinib-aml, summary: Other.}\n"
        "- {withdraws: quizartinib-aml, date: '2026-01-01', reason: Not on our formulary.}\n"
    )
    assert list(files_schema.iter_errors(parsed(text + changes))) == []


REFUSED = sorted(
    file.name
    for file in FAULTS.iterdir()
    if file.name.startswith(("missing-", "unknown-field", "misspelt-", "unknown-kind", "verdict-unknown", "favors-", "type-", "flag-number",
                             "pair-", "list-for", "map-for", "text-for", "count-f", "count-w", "count-n", "count-c", "count-e", "withdraws-without", "withdraws-condition", "replaces-unknown"))
)  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_the_schema_refuses_what_the_reader_refuses(files_schema: jsonschema.Draft202012Validator, name: str) -> None:
    assert not files_schema.is_valid(parsed((FAULTS / name).read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "argv",
    [["list"], ["lookup", "AML"], ["lookup", "-c", "ARDS", "--evidence", "2"], ["show", "gilteritinib-aml", "quizartinib-aml"]],
    ids=" ".join,
)
def test_real_answers_hold(run: Run, argv: list[str]) -> None:
    data = json.loads(run(*argv, "-o", "json").out)
    errors = jsonschema.Draft202012Validator(schema.answers({})).iter_errors(data)
    assert [f"{error.json_path}: {error.message[:80]}" for error in errors] == []
    assert data["therapies"]


def test_an_answer_with_a_file_of_ones_own_holds(desk: Run, wards: Path) -> None:
    data = json.loads(desk("list", "-c", "Ward disease", "-o", "json", "--data", str(wards)).out)
    jsonschema.validate(data, schema.answers({}), cls=jsonschema.Draft202012Validator)


def test_every_field_is_described_once_for_all() -> None:
    made = schema.files({})
    for kind, cls in KINDS.items():
        fields = made["$defs"][kind]["properties"]
        for slot in slots(cls):
            assert fields[slot.key]["description"] == slot.about


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("schema/salvage-data.schema.json", lambda: _json(schema.files({}))),
        ("schema/salvage-answer.schema.json", lambda: _json(schema.answers({}))),
        ("data-format.md", lambda: schema.page(validating.explanations(), list(advice.ADVICE))),
    ],
)
def test_the_generated_pages_are_current(request: pytest.FixtureRequest, name: str, make: Callable[[], str]) -> None:
    page = DOCS / name
    if request.config.getoption("--renew"):
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(make(), encoding="utf-8")
    assert page.read_text(encoding="utf-8") == make(), "run pytest --renew"


def _json(data: Any) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def test_the_command_prints_the_generated_file(run: Run) -> None:
    assert run("schema").out == (DOCS / "schema" / "salvage-data.schema.json").read_text(encoding="utf-8")
    assert run("schema", "--of", "answers").out == (DOCS / "schema" / "salvage-answer.schema.json").read_text(encoding="utf-8")
    assert run("schema", "--of", "things") == ("", "salvage: there is a schema of files and of answers, none of 'things'\n", 2)


def test_ids_are_offered_and_others_allowed(run: Run) -> None:
    made = json.loads(run("schema", "--ids").out)
    modality = made["$defs"]["therapies"]["properties"]["modality"]["anyOf"][0]
    assert "radiation" in modality["anyOf"][0]["enum"]
    jsonschema.validate("my-own", modality)


# ------------------------------------------------------------------------------------------------ an editor


SERVER = os.environ.get("YAML_LANGUAGE_SERVER") or shutil.which("yaml-language-server") or ""


class _Editor:
    """The other end of yaml-language-server: JSON-RPC over its standard streams."""

    def __init__(self, schema_file: Path) -> None:
        command = ["node", SERVER, "--stdio"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.settings = {
            "yaml": {"schemas": {schema_file.as_uri(): "*.yaml"}, "completion": True, "hover": True, "validate": True,
                     "schemaStore": {"enable": False}},
        }  # fmt: skip
        self.count = 0
        self.diagnostics: list[Any] | None = None
        self.ask("initialize", {"processId": None, "rootUri": None, "capabilities": {"workspace": {"configuration": True}}})
        self.tell("initialized", {})
        self.tell("workspace/didChangeConfiguration", {"settings": self.settings})

    def tell(self, method: str, params: Any) -> None:
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def ask(self, method: str, params: Any) -> Any:
        self.count += 1
        mine = self.count
        self._send({"jsonrpc": "2.0", "id": mine, "method": method, "params": params})
        while True:
            message = self._received()
            if message.get("id") == mine and "method" not in message:
                assert "error" not in message, message
                return message["result"]
            self._answer(message)

    def problems(self) -> list[Any]:
        while self.diagnostics is None:
            self._answer(self._received())
        return self.diagnostics

    def _answer(self, message: Any) -> None:
        if message.get("method") == "textDocument/publishDiagnostics":
            self.diagnostics = message["params"]["diagnostics"]
        elif message.get("method") == "workspace/configuration":
            parts = [self.settings.get(item["section"]) for item in message["params"]["items"]]
            self._send({"jsonrpc": "2.0", "id": message["id"], "result": parts})
        elif "id" in message and "method" in message:
            self._send({"jsonrpc": "2.0", "id": message["id"], "result": None})

    def _send(self, message: Any) -> None:
        body = json.dumps(message).encode()
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def _received(self) -> Any:
        assert self.process.stdout
        length = 0
        while line := self.process.stdout.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        assert length, "the server has ended"
        return json.loads(self.process.stdout.read(length))

    def open(self, text: str) -> str:
        uri = "file:///work-of-a-test/wards.yaml"
        self.diagnostics = None
        self.tell("textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "yaml", "version": 1, "text": text}})
        self.problems()  # then the server has read its settings and the schema
        return uri


@pytest.fixture
def editor(tmp_path: Path, run: Run) -> Iterator[_Editor]:
    if not SERVER or not shutil.which("node"):
        pytest.skip("yaml-language-server is not installed: npm install yaml-language-server, and set YAML_LANGUAGE_SERVER to its bin file")
    file = tmp_path / "salvage.schema.json"
    file.write_text(run("schema", "--ids").out, encoding="utf-8")
    editor = _Editor(file)
    yield editor
    editor.process.kill()
    editor.process.communicate()


DRAFT = """\
therapies:
- id: wardomab-aml
  name: Wardomab
  modality: radi
  verdict: good
  f
"""


def at(uri: str, line: int, character: int) -> dict[str, Any]:
    return {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}


def labels(found: Any) -> set[str]:
    return {item["label"] for item in (found["items"] if isinstance(found, dict) else found)}


def test_an_editor_completes_fields_and_values(editor: _Editor) -> None:
    uri = editor.open(DRAFT)
    assert {"failure_types", "failed"} <= labels(editor.ask("textDocument/completion", at(uri, 5, 3)))
    assert {"benefit", "harm"} <= labels(editor.ask("textDocument/completion", at(uri, 4, 11)))
    assert "radiation" in labels(editor.ask("textDocument/completion", at(uri, 3, 14)))


def test_an_editor_explains_a_field(editor: _Editor) -> None:
    uri = editor.open(DRAFT)
    assert "the therapy's name" in json.dumps(editor.ask("textDocument/hover", at(uri, 2, 3)))
    assert "id of the narrowest modality" in json.dumps(editor.ask("textDocument/hover", at(uri, 3, 4)))


def test_an_editor_underlines_what_is_wrong(editor: _Editor) -> None:
    editor.open(DRAFT.replace("  f\n", "  failed: First-line treatment\n"))
    found = {(each["range"]["start"]["line"], each["message"].split(".")[0]) for each in editor.problems()}
    assert any(line == 4 and "Value is not accepted" in message for line, message in found), found
    assert any("Missing property" in message for _, message in found), found
