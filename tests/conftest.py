"""How properties are searched for counterexamples, in every folder of tests."""

from hypothesis import settings

# A run is the same on every machine, so that a red one is of the change at hand; to look for what
# nobody has seen yet: `make test ARGS="--hypothesis-profile=explore"`.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile("steady")
