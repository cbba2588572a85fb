"""Object storage that speaks the protocol of S3: its addresses, the connection, and what its errors mean.

Everything that is told to the connection comes from the usual environment: `AWS_ENDPOINT_URL`, `AWS_REGION`, and
credentials from `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, from `AWS_PROFILE` or from the role of the machine.
None of it is kept, printed or passed on.
"""

from __future__ import annotations

import errno
import os
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, TypeVar

import pyarrow as pa
from pyarrow import fs

from tasks.errors import StorageError, UsageError

Item = TypeVar("Item")
Done = TypeVar("Done")

SCHEME = "s3://"

AT_A_TIME = 16
"""Requests under way: a small one waits for the network nearly all of its time."""

_ATTEMPTS = 5
"""Of one request, with pauses that double: a server that is gone was told of after 4 s in the mean."""

_CONNECT_SECONDS = 5.0
_SILENT_SECONDS = 30.0
"""Without a byte for so long a request has failed, and is tried again."""

_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]")
_AWS_ERROR = re.compile(r"AWS Error (\w+)(?: \(HTTP status (\d+)\))? during \w+ operation: (.*)", re.DOTALL)
_UNNAMED = re.compile(r"Unable to parse ExceptionName: \w+ Message: ")
_REFUSALS = frozenset(
    {"ACCESS_DENIED", "INVALID_ACCESS_KEY_ID", "SIGNATURE_DOES_NOT_MATCH", "INVALID_CLIENT_TOKEN_ID", "EXPIRED_TOKEN"}
    | {"UNRECOGNIZED_CLIENT", "MISSING_AUTHENTICATION_TOKEN", "REQUEST_EXPIRED", "REQUEST_TIME_TOO_SKEWED"}
)

_NO_BUCKET = "there is no such bucket"

_HINTS = {
    errno.ENOENT: "is the address right? A bucket is made by whoever keeps the storage",
    errno.EACCES: "credentials come from the environment: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or "
    "the role of the machine",
    errno.EREMOTE: "name the region of the bucket with AWS_REGION",
    errno.EIO: "is AWS_ENDPOINT_URL what it should be, and the server up? Then run it again: it goes on where it was",
}


@dataclass(frozen=True, slots=True)
class Address:
    """An object, or whatever lies below it: `s3://bucket/key`. The key has no slash at either end, and may be empty."""

    bucket: str
    key: str = ""

    def __str__(self) -> str:
        """As people write it."""
        return SCHEME + self.path

    def __truediv__(self, name: str) -> Address:
        """The address of what is called so below it."""
        return Address(self.bucket, f"{self.key}/{name}" if self.key else name)

    @property
    def path(self) -> str:
        """As the connection wants it."""
        return f"{self.bucket}/{self.key}" if self.key else self.bucket


class Listed(NamedTuple):
    """An object as a listing shows it: its key below what was listed, its size, when it was written (0: not said)."""

    name: str
    bytes: int
    modified_ns: int


def is_address(text: str) -> bool:
    """Whether a text means object storage: `s3://…`, also where the two slashes have become one on the way."""
    return text.startswith(("s3:/", "S3:/"))


def parse_address(text: str) -> Address:
    """Read `s3://bucket/prefix`. `UsageError` where it is none, or holds what does not belong into it: credentials."""
    bucket, _, key = re.sub(r"^s3:/+", "", text, flags=re.IGNORECASE).partition("/")
    if "@" in bucket:
        raise UsageError(
            problem="an address of object storage holds no credentials", hint=_HINTS[errno.EACCES]
        )  # the text is not repeated: there may be a secret in it
    if not is_address(text) or not _BUCKET.fullmatch(bucket):
        problem = f"{text!r} is no address of object storage"
        if is_address(text) and bucket:
            problem += f": {bucket!r} cannot be the name of a bucket"
        raise UsageError(problem=problem, hint="give one like s3://bucket/prefix")
    parts = key.strip("/").split("/")
    if key.strip("/") and any(part in ("", ".", "..") for part in parts):
        raise UsageError(problem=f"{text!r} has an empty part, or one of dots", hint="give one like s3://bucket/prefix")
    return Address(bucket, "/".join(parts))


def refuse_address(curated: str) -> None:
    """`UsageError` where the folder of the snapshots is to be object storage."""
    if is_address(curated):
        raise UsageError(
            problem="curated/ cannot lie in object storage, which has neither links nor an atomic rename",
            hint=f"choose a folder with --curated or WINNOW_CURATED, and `winnow push s3://{curated[3:].lstrip('/')}`",
        )


def endpoint() -> str | None:
    """The server that the environment names; None is Amazon's."""
    return os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or None


def connect() -> fs.S3FileSystem:
    """The connection of this process to the server that the environment names, made when it is first asked for."""
    return _connect(endpoint())


@lru_cache(maxsize=4)
def _connect(server: str | None) -> fs.S3FileSystem:
    # pyarrow does not look at AWS_ENDPOINT_URL itself (26.0), and signs uploads in pieces, which servers other than
    # Amazon's answer with 411.
    if server is not None:
        os.environ.setdefault("AWS_REQUEST_CHECKSUM_CALCULATION", "when_required")
        os.environ.setdefault("AWS_RESPONSE_CHECKSUM_VALIDATION", "when_required")
    return fs.S3FileSystem(
        endpoint_override=server,
        connect_timeout=_CONNECT_SECONDS,
        request_timeout=_SILENT_SECONDS,
        retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=_ATTEMPTS),
        allow_delayed_open=True,  # small objects in one request, not in three
        background_writes=False,
    )


@contextmanager
def explained(address: Address) -> Iterator[None]:
    """Turn what the connection raises into the `OSError` of a disk: with a number, a sentence and the address.

    `FileNotFoundError` where the object or the bucket is not there, `PermissionError` where the server refuses.
    """
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        number, words = _explain(error)
        raise OSError(number, words, str(address)) from error


def _explain(error: Exception) -> tuple[int, str]:
    told = _AWS_ERROR.search(str(error))
    if told is None:
        is_gone = isinstance(error, FileNotFoundError)
        return (errno.ENOENT, "there is no such object") if is_gone else (errno.EIO, " ".join(str(error).split()))
    code, status, detail = told[1], told[2] or "", " ".join(_UNNAMED.sub("", told[3]).split())
    if code == "NO_SUCH_BUCKET":
        return errno.ENOENT, _NO_BUCKET
    if code == "NETWORK_CONNECTION":
        reason = detail.rpartition("Details: ")[2]
        return errno.EIO, f"{endpoint() or 'the storage of Amazon'} cannot be reached: {reason}"
    if code in _REFUSALS or status in ("401", "403") or "UnsupportedAlgorithm" in told[3]:  # of no signature at all
        return errno.EACCES, f"the server refuses it: {detail}"
    if status == "301" or code == "PERMANENT_REDIRECT":
        return errno.EREMOTE, "the bucket lies in another region"
    return errno.EIO, f"the server says {code}{f' {status}' if status else ''}: {detail}"


def failure(error: OSError, what: str) -> StorageError:
    """The error for people: what could not be done, why, and the way out."""
    number = error.errno or errno.EIO
    return StorageError(f"{what}: {error.strerror or error}", _HINTS.get(number, "run it again"), error.filename)


def list_below(address: Address) -> Iterator[Listed]:
    """Everything whose key begins with the address and a slash, if there is anything. `OSError` as `explained`.

    `FileNotFoundError` where there is no such bucket: the only request that tells is this one.
    """
    skipped = len(address.path) + 1
    for each in _list(address, is_deep=True):
        if each.type == fs.FileType.File:
            yield Listed(each.path[skipped:], each.size, each.mtime_ns or 0)


def list_names(address: Address) -> tuple[list[str], list[str]]:
    """The names of what lies right below the address: of what looks like a folder, and of objects."""
    found = _list(address, is_deep=False)
    kinds = (fs.FileType.Directory, fs.FileType.File)
    folders, objects = ([each.base_name for each in found if each.type == kind] for kind in kinds)
    return folders, objects


def _list(address: Address, *, is_deep: bool) -> list[fs.FileInfo]:
    try:
        with explained(address):
            found: list[fs.FileInfo] = connect().get_file_info(fs.FileSelector(address.path, recursive=is_deep))
            return found
    except FileNotFoundError as error:
        if error.strerror == _NO_BUCKET:
            raise
        return []


def in_threads(work: Callable[[Item], Done], items: Iterable[Item]) -> Iterator[Done]:
    """Do the work for each item, `AT_A_TIME` at a time, and give what comes of it in their order; an error ends it."""
    pool = ThreadPoolExecutor(AT_A_TIME, thread_name_prefix="objects")
    begun: deque[Future[Done]] = deque()
    try:
        for item in items:
            begun.append(pool.submit(work, item))
            if len(begun) > 4 * AT_A_TIME:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def read_whole(address: Address, most: int) -> bytes:
    """The content of an object of at most so many bytes; more is cut off. `OSError` as `explained`."""
    with explained(address), connect().open_input_stream(address.path, compression=None) as stream:
        return bytes(stream.read(most))


def write_object(address: Address, content: bytes) -> None:
    """Write an object: it is there whole or not at all. `OSError` as `explained`."""
    with explained(address), connect().open_output_stream(address.path, compression=None) as stream:
        stream.write(content)
