"""Declared, sniffed and wrong encodings."""

from __future__ import annotations

import codecs

import pytest

from privlex.snapshot.decode import declared_encoding, decode

TEXT = "We keep “names” – and the café’s address – for 30 days."


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        pytest.param(TEXT.encode("utf-8"), "utf-8", id="utf-8"),
        pytest.param(codecs.BOM_UTF8 + TEXT.encode("utf-8"), "utf-8", id="utf-8-mark"),
        pytest.param(codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-16-le", id="utf-16-le-mark"),
        pytest.param(codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16-be", id="utf-16-be-mark"),
        pytest.param(codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"), "utf-32-le", id="utf-32-mark-begins-like-utf-16"),
        pytest.param(TEXT.encode("utf-16-le"), "utf-16-le", id="utf-16-le-without-mark"),
        pytest.param(TEXT.encode("utf-16-be"), "utf-16-be", id="utf-16-be-without-mark"),
        pytest.param(TEXT.encode("windows-1252"), "windows-1252", id="windows-1252-sniffed"),
    ],
)
def test_text_comes_back_whole(data, encoding):
    assert decode(data) == (TEXT, encoding)


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        (b'<meta charset="utf-8">', "utf-8"),
        (b'<meta http-equiv="Content-Type" content="text/html; charset=ISO-8859-1">', "windows-1252"),
        (b"<meta charset=shift_jis>", "shift_jis"),
        (b'<?xml version="1.0" encoding="windows-1251"?>', "cp1251"),
        pytest.param(b'<meta charset="utf-16">', "utf-8", id="bytes-that-can-be-searched-are-not-utf-16"),
        pytest.param(b'<meta charset="no-such-thing">', None, id="unknown"),
        pytest.param(b'<meta charset="rot13">', "utf-8", id="a-codec-that-is-no-encoding"),
        (b"<p>nothing declared</p>", None),
    ],
)
def test_declared(head, encoding):
    assert declared_encoding(head) == encoding


def test_declared_encoding_is_used_where_it_fits():
    data = '<meta charset="windows-1251"><p>Мы храним данные</p>'.encode("cp1251")
    assert decode(data) == ('<meta charset="windows-1251"><p>Мы храним данные</p>', "cp1251")


def test_wrong_declaration_gives_way_to_the_bytes():
    data = ('<meta charset="shift_jis">' + "é" * 3).encode("utf-8") + b"\xff\x81"
    text, encoding = decode(data)
    assert encoding == "utf-8" and "ééé" in text


def test_damaged_utf8_stays_utf8():
    text, encoding = decode("naïve café “data”".encode() + b" \xff\xfe end")
    assert encoding == "utf-8"
    assert text == "naïve café “data” \ufffd\ufffd end"


def test_line_ends_are_kept():
    assert decode(b"one\r\ntwo\rthree\n")[0] == "one\r\ntwo\rthree\n"
