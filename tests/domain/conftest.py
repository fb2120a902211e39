"""How hard the rules are tried: often enough to find what is wrong, and without a deadline, which a busy machine would miss."""

from hypothesis import settings

settings.register_profile("domain", max_examples=60, deadline=None, print_blob=True)
settings.load_profile("domain")
