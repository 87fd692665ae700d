"""The inspector and the docs site in a real browser: `make browser`."""
