"""Looking at a pack: what is inside, whether it is what was published, its contents as files."""
