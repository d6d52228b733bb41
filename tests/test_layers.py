"""Files of a department's own beside the shipped base: what they add, replace, withdraw, and what answers say of it."""

import json
import os
import re
import shutil
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from salvage_cli import opening, owned, store
from salvage_cli.errors import DataError, MachineError
from salvage_cli.library import Query, open_library
from tests.conftest import Run

CHANGES = """
therapies:
- replaces: gilteritinib-aml
  summary: Our ward gives it at home.
- withdraws: quizartinib-aml
  date: '2026-02-01'
  reason: Not on our formulary.
"""


def test_a_record_of_ones_own_is_found_and_marked(desk: Run, wards: Path) -> None:
    seen = desk("lookup", "Ward disease", "--data", str(wards))
    assert (seen.err, seen.code) == ("", 0)
    assert "Wardomab [from wards.yaml] [wardomab-ward-disease]\n" in seen.out
    assert "Overall survival (median) at 12 months 9.3 v 5.6 months (best care); HR 0.64 (0.49–0.83), n 78" in seen.out
    assert "cite X1" in seen.out


def test_what_is_shipped_stays_as_it_is(desk: Run, wards: Path) -> None:
    assert desk("lookup", "AML", "--data", str(wards)).out == desk("lookup", "AML").out
    assert desk("cite", "6", "--data", str(wards)) == desk("cite", "6")


def test_without_the_file_it_is_unknown(desk: Run, wards: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert desk("show", "wardomab-ward-disease").code == 1
    monkeypatch.setenv("SALVAGE_DATA", str(wards))
    assert desk("show", "wardomab-ward-disease").out.startswith("Wardomab [from wards.yaml] · Ward disease [wardomab-ward-disease]\n")
    assert desk("show", "wardomab-ward-disease", "--only-shipped").code == 1


def test_its_broader_conditions_find_it(desk: Run, wards: Path) -> None:
    assert "wardomab-ward-disease" in desk("list", "-c", "leukemia", "-o", "ids", "--data", str(wards)).out.splitlines()


def test_its_reference_is_cited_by_its_number(desk: Run, wards: Path) -> None:
    assert desk("cite", "X1", "--data", str(wards)).out == (
        "Doe J, Roe R. Protocol of the ward [Internet]. The hospital; 2026 [cited 2026 Jan 10]. Available from:"
        " https://example.org/protocol\n"
    )


def test_machines_are_told_the_file(desk: Run, wards: Path) -> None:
    data = json.loads(desk("list", "-c", "Ward disease", "-o", "json", "--data", str(wards)).out)
    assert [(each["source"], each["citations"]) for each in data["therapies"]] == [("wards.yaml", ["X1"])]
    assert [each["source"] for each in data["references"]] == ["wards.yaml"]
    rows = desk("list", "-c", "Ward disease", "-c", "AML", "-o", "tsv", "--fields", "source", "--no-header", "--data", str(wards)).out
    assert set(rows.split()) == {"shipped", "wards.yaml"}


def test_terms_and_citations_say_what_is_not_shipped(desk: Run, wards: Path) -> None:
    out = desk("terms", "conditions", "-o", "plain", "--data", str(wards)).out
    assert "ward-disease (1): Ward disease [from wards.yaml]\n" in out
    assert out.count("[from ") == 1
    assert desk("cite", "X1", "--data", str(wards)).err == "salvage: reference X1 is from wards.yaml\n"
    assert desk("cite", "X1", "--quiet", "--data", str(wards)).err == ""


def test_info_lists_the_files_with_their_counts(desk: Run, wards: Path) -> None:
    wards.write_text(wards.read_text(encoding="utf-8") + CHANGES.replace("therapies:\n", ""), encoding="utf-8")
    out = desk("info", "--data", str(wards)).out
    assert re.search(r"^beside +wards.yaml: 1 agents, 1 conditions, 1 references, 2 therapies$", out, re.M)
    assert re.search(r"^reviewed +from 2026-01-10 to 20\d\d-\d\d-\d\d; \d+ to be read again$", out, re.M)


@pytest.fixture
def changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    file = Path("changes.yaml")
    file.write_text(CHANGES, encoding="utf-8")
    return file


def test_a_replacement_changes_what_it_gives_and_nothing_else(desk: Run, changes: Path) -> None:
    before = json.loads(desk("show", "gilteritinib-aml", "-o", "jsonl").out)
    after = json.loads(desk("show", "gilteritinib-aml", "-o", "jsonl", "--data", str(changes)).out)
    assert {key for key in before if before[key] != after[key]} == {"summary", "source"}
    assert (after["summary"], after["source"]) == ("Our ward gives it at home.", "changes.yaml")
    out = desk("lookup", "AML", "--data", str(changes)).out
    assert "Gilteritinib [from changes.yaml] [gilteritinib-aml]" in out


def test_a_withdrawn_record_is_hidden_and_still_explained(desk: Run, changes: Path) -> None:
    before, after = (desk("list", "-c", "AML", "-o", "ids", *more).out.split() for more in ((), ("--data", str(changes))))
    assert set(before) - set(after) == {"quizartinib-aml"}
    assert "WITHDRAWN on 2026-02-01: Not on our formulary.\n" in desk("show", "quizartinib-aml", "--data", str(changes)).out


def test_json_files_are_read_too(desk: Run, tmp_path: Path) -> None:
    file = tmp_path / "own.json"
    file.write_text('{\n\t"agents": [\n\t\t{"name": "\\ud83d\\ude00mab", "class": "a\\/b"}]}\n', encoding="utf-8")
    assert desk("terms", "agents", "--data", str(file), "-o", "ids").out.splitlines()[-1] == "\U0001f600mab"


def test_a_folder_is_read_at_any_depth_and_each_file_once(desk: Run, wards: Path, changes: Path) -> None:
    Path("folder/deep").mkdir(parents=True)
    wards.rename("folder/deep/wards.yaml")
    Path("folder/again.yaml").symlink_to("deep/wards.yaml")
    Path("folder/.hidden.yaml").write_text("nonsense", encoding="utf-8")
    Path("folder/notes.txt").write_text("nonsense", encoding="utf-8")
    assert owned.files(["folder", "folder/deep/wards.yaml", "changes.yaml"]) == ["folder/again.yaml", "changes.yaml"]
    assert desk("show", "wardomab-ward-disease", "--data", "folder", "--data", str(changes)).code == 0


def test_two_files_may_not_have_the_same_number_or_id(desk: Run, wards: Path) -> None:
    Path("other.yaml").write_text(
        wards.read_text(encoding="utf-8").replace("ward-", "other-").replace("wardomab", "othermab"), encoding="utf-8"
    )
    seen = desk("list", "--data", "wards.yaml", "--data", "other.yaml")
    assert seen.code == 3
    assert "other.yaml:18:11: references[0].number: X1 is already the number of 'ward-2026'" in seen.err
    assert desk("list", "--data", "wards.yaml", "--data", "./wards.yaml").code == 0


def test_a_fault_of_a_file_is_told_by_every_command(desk: Run, wards: Path) -> None:
    wards.write_text(wards.read_text(encoding="utf-8").replace("condition: ward-disease", "condition: ward-diseas"), encoding="utf-8")
    for argv in (["list"], ["cite", "6"], ["info"], ["terms"], ["search", "ward"], ["list", "-o", "json"]):
        seen = desk(*argv, "--data", str(wards))
        line = "wards.yaml:37:14: therapies[0].condition: there is no condition 'ward-diseas'; did you mean 'ward-disease'?\n"
        assert seen == ("", line, 3)


def test_an_edition_belongs_to_the_base(desk: Run, changes: Path) -> None:
    changes.write_text("edition: {version: '1', date: '2026-01-01', licence: x}\n", encoding="utf-8")
    line = "changes.yaml:1:1: edition: the edition belongs to the base; remove it from a file of your own\n"
    assert desk("list", "--data", str(changes)).err == line


def test_withdrawing_what_a_record_rests_on_says_which(desk: Run, changes: Path) -> None:
    changes.write_text("references:\n- {withdraws: kaye-2023, date: '2026-01-01', reason: Retracted.}\n", encoding="utf-8")
    err = desk("list", "--data", str(changes)).err
    assert err == (
        "changes.yaml:2:15: references[0].withdraws: of sulbactam-durlobactam-acinetobacter the primary outcome rests on a reference that is "
        "withdrawn; change or withdraw it too\n"
    )


def test_a_change_that_makes_a_fault_of_a_shipped_value_is_where_the_fault_stands(desk: Run, changes: Path) -> None:
    changes.write_text("therapies:\n- replaces: gilteritinib-aml\n  verdict: harm\n", encoding="utf-8")
    assert desk("list", "--data", str(changes)).err == (
        "changes.yaml:2:13: therapies[0].replaces: the interval is on the good side, so the verdict cannot be harm "
        "(outcomes[0].effect.ci of the shipped record)\n"
    )


def test_a_file_with_an_edition_alone_is_judged_as_it_will_be_read(desk: Run, changes: Path) -> None:
    changes.write_text("edition: {version: '1', date: '2026-01-01', licence: x}\n", encoding="utf-8")
    said = "changes.yaml:1:1: edition: the edition belongs to the base; remove it from a file of your own"
    assert said in desk("validate", "changes.yaml", "-o", "plain").out
    assert desk("list", "--data", "changes.yaml").err == f"{said}\n"


def test_the_same_from_python(wards: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALVAGE_CACHE", str(tmp_path / "cache"))
    library = open_library(["wards.yaml"])
    assert [each.id for each in library.find(Query(condition=["Ward disease"])).therapies()] == ["wardomab-ward-disease"]
    wards.write_text("therapies: [1]", encoding="utf-8")
    with pytest.raises(DataError):
        open_library(["wards.yaml"])
    assert open_library(["wards.yaml"], only_shipped=True).counts()["conditions"]


def test_equal_bytes_under_two_names_keep_their_names(desk: Run, wards: Path) -> None:
    Path("copy.yaml").write_bytes(wards.read_bytes())
    for name in ("wards.yaml", "copy.yaml", "wards.yaml"):
        assert f"Wardomab [from {name}]" in desk("lookup", "Ward disease", "--data", name).out


# ------------------------------------------------------------------------------------------------ hostile folders


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        here = Path.cwd()
        os.chdir(path.parent)
        made.bind(path.name)
        os.chdir(here)


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


def _dangling(path: Path) -> None:
    path.symlink_to("nothing")


def _folder_loop(path: Path) -> None:
    path.symlink_to(".")


def _huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1_000_000_000)


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (_fifo, "cannot read {}/x.yaml: a pipe (FIFO), not a file"),
        (_socket, "cannot read {}/x.yaml: a socket, not a file"),
        (_loop, "cannot read {}/x.yaml: Too many levels of symbolic links"),
        (_dangling, "cannot read {}/x.yaml: No such file or directory"),
        (_folder_loop, "cannot read {}/x.yaml: the link leads back to {}; remove it"),
        (_huge, "cannot read {}/x.yaml: 1,000 MB, and the bound is 16 MB; raise it with --limits"),
        (_device, "cannot read {}/x.yaml: a device, not a file"),
    ],
)
def test_a_folder_with_something_else_is_a_clear_error(desk: Run, tmp_path: Path, make: Callable[[Path], None], message: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    make(folder / "x.yaml")
    wanted = ("", f"salvage: {message.format(folder, folder)}\n", 4)
    assert desk("list", "--data", str(folder)) == wanted
    assert desk("validate", str(folder)) == wanted


def test_a_folder_without_files_and_a_missing_path_are_errors(desk: Run, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert desk("list", "--data", str(empty)).err == (
        f"salvage: cannot read {empty}: the folder holds no file that ends in .yaml, .yml, .json\n"
    )
    assert desk("list", "--data", str(tmp_path / "none")).code == 4
    assert desk("list", "--data", "a\0b").code == 4


def test_a_file_that_may_not_be_read(desk: Run, wards: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # the checkout itself may stand where only its owner may go
        shutil.copytree(Path(store.__file__).parent, Path(folder, "salvage_cli"), ignore=shutil.ignore_patterns("__pycache__", "data"))
        shutil.copytree(opening.data_folder(), Path(folder, "data"))
        for room in (store, opening):
            monkeypatch.setattr(room, "__file__", str(Path(folder, "salvage_cli", Path(str(room.__file__)).name)))
        file = Path(folder, "secret.yaml")
        file.write_text("agents: []\n", encoding="utf-8")
        for argv in (["list", "-o", "ids", "--data"], ["validate"]):  # what is needed is loaded before the rights are given away
            assert desk(*argv, str(wards)).code == 0
        file.chmod(0)
        before = os.geteuid()
        os.seteuid(before or 65534)
        try:
            listed, judged = desk("list", "--data", str(file)), desk("validate", str(file))
        finally:
            os.seteuid(before)
    assert listed == judged == ("", f"salvage: cannot read {file}: Permission denied\n", 4)


def test_a_hostile_file_name_is_shown_harmless(desk: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    name = "a\x1b[31m\u202eb.yaml"
    Path(name).write_text((Path(__file__).parent / "wards.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    for argv in (["lookup", "Ward disease"], ["show", "wardomab-ward-disease"], ["info"], ["list", "-c", "Ward disease", "-o", "json"]):
        out = desk(*argv, "--data", name).out
        assert "\x1b" not in out
        assert "\u202e" not in out
        assert "x1b[31m" in out
    Path(name).write_text("agents: 1\n", encoding="utf-8")
    assert desk("list", "--data", name).err.startswith("a\\x1b[31m\\u202eb.yaml:1:9: agents: ")
    Path(name).unlink()
    assert desk("list", "--data", name).err == "salvage: cannot read a\\x1b[31m\\u202eb.yaml: No such file or directory\n"


def test_limits_are_raised_by_option_and_environment(desk: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "big.yaml"
    file.write_text("agents:\n- {name: bigmab, class: x}\n" + " \n" * 8_000_001, encoding="utf-8")
    with pytest.raises(MachineError, match="16 MB, and the bound is 16 MB"):
        owned.refuse_special([str(file)], 1)
    assert desk("list", "-o", "ids", "--data", str(file)).code == 4
    assert desk("list", "-o", "ids", "--data", str(file), "--limits", "2").code == 0
    monkeypatch.setenv("SALVAGE_LIMITS", "2")
    assert desk("list", "-o", "ids", "--data", str(file)).code == 0
    assert desk("list", "--limits", "many") == ("", "salvage: --limits 'many' is not a number from 1 to 1000\n", 2)
