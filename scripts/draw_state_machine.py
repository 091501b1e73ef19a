"""Draws docs/state-machine.md from the table of transitions; draws nothing that the table does not say."""

import sys

from chargedeck.domain.session import COMMANDS, TRANSITIONS, State, Trigger
from scripts.tree import ROOT, name

PAGE = ROOT / "docs" / "state-machine.md"

_TEXT = """\
# The session's states

Drawn from `TRANSITIONS` in `src/chargedeck/domain/session.py` by `make docs`:
change the table, not this page. What a person may ask for is set in **bold** in the table and may be
refused; everything else is a fact that the charger reports, and facts are never refused. What changes
nothing stands in the table only.

```mermaid
stateDiagram-v2
{diagram}
```

| from | on | to |
|---|---|---|
{rows}
"""


def drawing(transitions: dict[State, dict[Trigger, State]]) -> str:
    """Return the page: a diagram and the same as a table, in the order of the table."""
    diagram: list[str] = [f"    [*] --> {next(iter(transitions)).value}"]
    rows: list[str] = []
    for state, ways in transitions.items():
        for aim in dict.fromkeys(way for way in ways.values() if way is not state):
            triggers = [trigger.value for trigger, to in ways.items() if to is aim]
            diagram.append(f"    {state.value} --> {aim.value}: {', '.join(triggers)}")
        for trigger, aim in ways.items():
            word = f"**{trigger.value}**" if trigger in COMMANDS else trigger.value
            rows.append(f"| {state.value} | {word} | {aim.value} |")
    return _TEXT.format(diagram="\n".join(diagram), rows="\n".join(rows))


def main(arguments: list[str]) -> int:
    """Write the page, or with `--check` only compare it."""
    page = drawing(TRANSITIONS)
    if arguments != ["--check"]:
        PAGE.write_text(page)
    elif not PAGE.exists() or PAGE.read_text() != page:
        print(f"{name(PAGE)} is not what the table says: run `make docs`")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
