"""The app's messages are compiled whole on a machine where a program may have few files open."""

import json
import resource
import shutil
import subprocess
from pathlib import Path

from scripts import npm
from scripts.tree import WEB

_OPEN_FILES = 256
"""At most, not just at first, which Node.js raises: a quarter of what builders of containers allow."""


def test_every_message_is_written_where_few_files_may_be_open(tmp_path: Path) -> None:
    for folder in ("messages", "project.inlang", "scripts"):
        shutil.copytree(WEB / folder, tmp_path / folder)
    (tmp_path / "node_modules").symlink_to(WEB / "node_modules")
    done = subprocess.run(
        ["node", "scripts/messages.mjs"],
        cwd=tmp_path,
        env=npm.environment(),
        check=False,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES)),
    )
    assert done.returncode == 0, done.stderr
    messages = json.loads((WEB / "messages" / "en.json").read_text()).keys() - {"$schema"}
    assert len(messages) > 2 * _OPEN_FILES
    written = {path.stem for path in (tmp_path / "src" / "paraglide" / "messages").glob("*.js")}
    assert messages | {"_index"} <= written
