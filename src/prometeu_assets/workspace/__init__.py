"""The workspace: its documents, its registry, its declarations."""
