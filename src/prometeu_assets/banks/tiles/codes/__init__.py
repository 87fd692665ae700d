"""The codes of a tile bank's sources, by what they are about; none of it imports numpy."""
