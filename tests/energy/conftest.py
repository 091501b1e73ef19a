"""Properties are searched for counterexamples without a clock at their back."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
