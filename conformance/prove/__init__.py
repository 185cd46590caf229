"""The proof: every fault is noticed by the check that looks for it, and no lawful server is failed."""
