"""A file that is written has its name with all of it, or keeps what it held."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from privlex.errors import OutputError
from privlex.files import write_whole


def broken():
    yield "half"
    raise RuntimeError("the writer died")


@pytest.mark.parametrize("content", [b"\x00\xff", ["one\r\n", "two\n"]], ids=["bytes", "parts of a text"])
@pytest.mark.parametrize("lasting", [True, False])
def test_what_is_written_is_there_as_given(content, lasting, tmp_path):
    write_whole(tmp_path / "f", content, lasting=lasting)
    written = (tmp_path / "f").read_bytes()
    assert written == (content if isinstance(content, bytes) else "".join(content).encode())
    assert [p.name for p in tmp_path.iterdir()] == ["f"]


def test_a_fault_keeps_the_old_file_and_leaves_nothing(tmp_path):
    write_whole(tmp_path / "f", b"old")
    with pytest.raises(RuntimeError, match="died"):
        write_whole(tmp_path / "f", broken())
    assert (tmp_path / "f").read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["f"]


def test_a_link_stays_a_link_and_permissions_stay(tmp_path):
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "real").chmod(0o640)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_whole(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "real").read_bytes() == b"new"
    assert stat.S_IMODE((tmp_path / "real").stat().st_mode) == 0o640


@pytest.mark.parametrize("lasting", [True, False])
def test_a_device_is_written_not_replaced(lasting):
    device = Path(os.devnull)
    assert not device.is_file(), "else the test proves nothing"
    before = device.stat()
    write_whole(device, b"gone", lasting=lasting)
    after = device.stat()
    assert (before.st_mode, before.st_ino, before.st_rdev) == (after.st_mode, after.st_ino, after.st_rdev)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_a_full_disk_is_named():
    with pytest.raises(OutputError, match=r"/dev/full: cannot be written \(No space left"):
        write_whole("/dev/full", b"x" * 100_000)


def test_a_missing_folder_and_a_folder_in_its_place_are_named(tmp_path):
    with pytest.raises(OutputError, match="there is no folder"):
        write_whole(tmp_path / "nowhere" / "f", b"x")
    with pytest.raises(OutputError, match="is a folder"):
        write_whole(tmp_path, b"x")
