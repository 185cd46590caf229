"""The commands of dermconf, one a file; each imports what it needs when it is called."""
