from hypothesis import settings

# A shared machine may be slow; no test here is about time.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
