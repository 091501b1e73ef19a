"""How properties are searched for counterexamples, in every folder of tests."""

from hypothesis import HealthCheck, settings

# A run is the same on every machine, so that a red one is of the change at hand; to look for what
# nobody has seen yet: `make test ARGS="--hypothesis-profile=explore"`. How long an example takes, and
# thinking it up, says only how busy the machine is.
_ANY_PACE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("steady", _ANY_PACE, derandomize=True)
settings.register_profile("explore", _ANY_PACE, max_examples=1000)
settings.load_profile("steady")
