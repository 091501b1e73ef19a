"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

DataDir = Annotated[Path | None, typer.Option(help="Where the data lies.", show_default=False)]
Config = Annotated[Path | None, typer.Option(help="Another settings file than the data directory's.")]
