"""The file system: paths from documents, every mutating call, and publication as a whole."""
