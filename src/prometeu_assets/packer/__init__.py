"""From a workspace to `assets.pa` and its companions."""
