"""Reading a pack: its bytes, the checks in their order, and access by slice."""
