"""A server of the S3 protocol: rclone, over a folder of this machine, with one bucket."""

import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from pyarrow import fs

RCLONE = shutil.which("rclone", path=str(Path(sys.executable).parent)) or shutil.which("rclone")

KEY, SECRET = "winnow-tests", "a-secret-of-the-tests"
BUCKET = "shelf"


class ObjectStorage:
    """The server; `bucket` is the folder in which its objects lie as files."""

    def __init__(self, root: Path) -> None:
        self.root, self.log = root / "storage", root / "rclone.log"
        self.bucket = self.root / BUCKET
        self.bucket.mkdir(parents=True)
        self.port = 0
        self._process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        """Where it is reached."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What whoever uses it must have in the environment."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required",
        }

    def start(self) -> None:
        """Start it, on the port that it had before if there was one, and wait until it listens."""
        command = [RCLONE, "serve", "s3", "--auth-key", f"{KEY},{SECRET}", "--addr", f"127.0.0.1:{self.port}"]
        command += ["--config", "", str(self.root)]
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        for _ in range(300):
            if found := re.search(r"server on \[?http://127\.0\.0\.1:(\d+)", self.log.read_text()):
                self.port = int(found[1])
                return
            if self._process.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError(f"rclone does not serve: {self.log.read_text()}")

    def kill(self) -> None:
        """Kill it, as a machine that goes."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def put(self, key: str, content: bytes) -> None:
        """Write an object, as whoever scrapes would."""
        with self._client().open_output_stream(f"{BUCKET}/{key}", compression=None) as stream:
            stream.write(content)

    def delete(self, key: str) -> None:
        """Delete an object."""
        remote = (
            f':s3,provider=Rclone,access_key_id={KEY},secret_access_key={SECRET},endpoint="{self.url}":{BUCKET}/{key}'
        )
        subprocess.run([RCLONE, "deletefile", "--config", "", remote], check=True, capture_output=True)

    def read(self, key: str) -> bytes:
        """The content of an object."""
        return (self.bucket / key).read_bytes()

    def _client(self) -> fs.S3FileSystem:
        return fs.S3FileSystem(
            endpoint_override=self.url,
            access_key=KEY,
            secret_key=SECRET,
            allow_delayed_open=True,
            background_writes=False,  # this server takes the pieces of a large object in their order
        )

    def keys(self, below: str = "") -> set[str]:
        """The keys of all objects."""
        return {path.relative_to(self.bucket).as_posix() for path in (self.bucket / below).rglob("*") if path.is_file()}
