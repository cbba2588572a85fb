import csv
import gzip
import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.acquire.reader import Context
from tasks.acquire.readers import delimited
from tasks.acquire.source import Fields, Limits, SourceSettings
from tasks.acquire.stream import Stream
from tasks.document import Record


def read(data, settings=None):
    data = data.encode() if isinstance(data, str) else data
    context = Context("s", "s/a.csv", "", None, settings or SourceSettings())
    return list(delimited.read(Stream(iter([data])), context))


def shown(items):
    return [item.content if isinstance(item, Record) else item.reason for item in items]


def test_rows_are_records(raw):
    raw.put("feed/2026-11-20/a.csv", 'url,Title,TEXT\nhttps://a.example/1,One,"first, text"\n\nu2,Two,second\r\n')
    first, second = raw.records()
    assert (first.content, first.url, first.title, first.raw_record) == (
        "first, text",
        "https://a.example/1",
        "One",
        "row:1",
    )
    assert (second.content, second.raw_record, second.byte_offset) == ("second", "row:2", 54)
    assert raw.rejected() == []


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a", "a.txt"])
def test_tables_are_known_by_their_header(raw, delimiter, name):
    raw.put(f"feed/{name}", f"id{delimiter}text\n1{delimiter}one\n2{delimiter}two\n")
    assert shown(raw.read()) == ["one", "two"]


@pytest.mark.parametrize(
    "text", ["Text, title and url\nA story, it is.", "a,b\n1,2\n", "text\nmore text\n", "url,text"]
)
def test_texts_are_no_tables(raw, text):
    raw.put("news/a.txt", text)
    assert shown(raw.read()) == [text.encode()]


@pytest.mark.parametrize("name", ["a.csv", "a"])
def test_a_table_with_a_nul_is_read_as_one(raw, name):
    raw.put(f"feed/{name}", 'id,text\n1,"one\0"\n2,two\n')
    assert shown(raw.read()) == ["one\0", "two"]


def test_binary_data_are_no_table(raw):
    raw.put("feed/a.csv", b"id,text\n" + bytes(range(256)) * 40)
    assert [item.raw_record for item in raw.read()] == [""]


@pytest.mark.parametrize("name", ["a.csv", "a"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_lines_may_end_in_cr_alone(raw, name, encoding):
    raw.put(f"feed/{name}", 'id,text\r1,"one, of\rtwo lines"\r2,two\r'.encode(encoding))
    items = raw.read()
    assert shown(items) == ["one, of\ntwo lines", "two"]
    assert items[1].byte_offset - items[0].byte_offset == 22


def test_a_cut_table_whose_lines_end_in_cr_is_told_of(raw):
    rows = "".join(f"{number},{random.Random(number).random()}\r" for number in range(20_000))
    raw.put("feed/a.csv.gz", gzip.compress(f"id,text\r{rows}".encode())[:-5_000])
    items = raw.read()
    assert [item.reason for item in items if not isinstance(item, Record)] == ["truncated"]
    assert len(items) > 10_000


@pytest.mark.parametrize("name", ["a.csv", "a"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("told", ["sep=;", "SEP=^", '"sep=\t"'])
def test_the_delimiter_may_be_told_before_the_header(raw, name, end, told):
    delimiter = told.strip('"')[-1]
    rows = ("id", "text"), ("1", "one, of two"), ("2", "two")
    raw.put(f"feed/{name}", end.join([told, *map(delimiter.join, rows), ""]))
    items = raw.read()
    assert shown(items) == ["one, of two", "two"]
    assert [item.raw_record for item in items] == ["row:1", "row:2"]


def test_a_quoted_field_may_hold_anything():
    text = 'He said "no",\nand\r\n\tleft; | "'
    target = io.StringIO(newline="")
    csv.writer(target).writerows([["id", "text"], ["1", text], ["2", "x"]])
    assert shown(read(target.getvalue())) == [text, "x"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.text(max_size=8), st.text('ab",\n\r \t;é', max_size=20)), min_size=1, max_size=8),
    st.sampled_from(["excel", "excel-tab", "unix"]),
)
def test_what_python_writes_is_read_as_it_was(rows, dialect):
    target = io.StringIO(newline="")
    writer = csv.writer(target, dialect)
    writer.writerow(["title", "text"])
    for title, text in rows:
        writer.writerow([title.replace("\r", "").replace("\n", ""), text.replace("\r", "") + "."])
    found = read(target.getvalue().encode("utf-8", "surrogatepass"))
    assert shown(found) == [text.replace("\r", "") + "." for _, text in rows]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1", "broken_row"),
        ("1,a,b", "broken_row"),
        ('1,"open', "broken_row"),
        ('1,"open, with a comma', "broken_row"),
        ('"1,open', "broken_row"),
        ("1, ", "empty"),
        ("1," * 2000, "too_many_columns"),
        ('"1",' * 2000, "too_many_columns"),
        ("1," + "x" * 200_000, "too_large"),
    ],
)
def test_a_bad_row_costs_itself_only(row, reason):
    settings = SourceSettings(limits=Limits(record_bytes=100_000))
    items = read(f'id,text\n0,zero\n{row}\n2,two\n3,"three"\n', settings)
    assert shown(items) == ["zero", reason, "two", "three"]
    assert (items[1].raw_record, items[1].byte_offset) == ("row:2", 15)
    assert items[2].raw_record == "row:3"


def test_quotes_that_should_be_doubled_are_forgiven():
    assert shown(read('id,text\n1,"He said "hi" twice, and"\n2,5" wide\n3,"line\nof "two" lines"\n')) == [
        'He said "hi" twice, and',
        '5" wide',
        'line\nof "two" lines',
    ]


def test_many_quotes_left_open_take_no_forever():
    rows = "".join(f'{n},"open row\n' for n in range(3000))
    items = read("id,text\n" + rows + "x,last\n")
    assert shown(items).count("broken_row") == 3000
    assert shown(items)[-1] == "last"


def test_what_no_quote_closes_is_told_once():
    text = "1," + '"' + "a line of the text, cut before its end\nand, well, another\n" * 1000
    assert shown(read("id,text\n0,zero\n" + text)) == ["zero", "broken_row"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_spreadsheets_write_wide_tables(raw, encoding):
    raw.put("feed/a.csv", "text;id\nnaïve 文;1\n".encode(encoding))
    assert shown(raw.read()) == ["naïve 文"]


def test_bytes_that_are_not_utf_8_are_left_for_the_encoding_room():
    items = read(b"title,text\n\xe9t\xe9,na\xefve\nx,na\xc3\xafve\n", SourceSettings(encoding=None))
    assert shown(items) == [b"na\xefve", "naïve"]
    (item,) = read("text,id\nпривет,1\n".encode("cp1251"), SourceSettings(encoding="cp1251"))
    assert item.content == "привет"


def test_columns_can_be_mapped():
    settings = SourceSettings(fields=Fields(text=("Article Body",), url=("Link",)))
    (record,) = read("Link,article body,text\nu,mine,other\n", settings)
    assert (record.content, record.url) == ("mine", "u")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("a,b\n1,2\n3,4\n", "no_text"),
        ("text,a\n", "empty"),
        (",".join(f"c{n}" for n in range(1_000_000)) + "\n", "too_many_columns"),
        ("text," + "x" * 20_000_000, "too_large"),
        ('text,"' + "x" * 2_000_000, "broken_row"),
        ("\n\n", "empty"),
    ],
)
def test_a_table_without_texts_is_one_rejected_record(data, reason):
    assert shown(read(data)) == [reason]


def test_a_cut_table_gives_what_is_there(raw):
    rows = "".join(f'{n},"text {random.Random(n).random()}\nof two lines"\n' for n in range(2000))
    whole = gzip.compress(f"id,text\n{rows}".encode())
    raw.put("feed/a.csv.gz", whole[: len(whole) // 2])
    items = raw.read()
    assert set(shown(items[:-1])) & {"broken_row", "truncated"} == set()
    assert len(items) > 500
    assert (items[-1].reason, items[-1].raw_record) == ("truncated", f"row:{len(items)}")


@settings(max_examples=100, deadline=None)
@given(st.text('ab1",\n\r', max_size=60), st.integers(0, 60))
def test_no_table_is_too_broken(body, size):
    items = read("id,text\n" + body, SourceSettings(limits=Limits(record_bytes=20 + size)))
    assert len(items) <= 62
    assert all(isinstance(item, Record) or item.reason != "unreadable" for item in items)
