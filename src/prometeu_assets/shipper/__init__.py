"""From published artifacts to a cartridge. Nothing here knows a workspace."""
