"""The commands of `dermconf`, one file each; what they need is imported when they run."""
