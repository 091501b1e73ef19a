"""A short night of kills; the long one is run by hand: `python -m tests.scenarios.kill_night`."""

from pathlib import Path

from tests.scenarios.kill_night import night


async def test_no_promise_is_broken_in_a_night_of_kills(tmp_path: Path) -> None:
    come_to = await night(tmp_path, kills=8, seed=8, speed=60)
    assert come_to.broken == []
    assert come_to.reign.killed_serving + come_to.reign.killed_starting == 8
    untested = [claim.text for claim in come_to.claims if not claim.tested]
    assert untested == [], "a night in which nothing happens proves nothing"
    assert len(come_to.site.truth.transactions) > 10
