"""Tools of the checkout; nothing here ships."""
