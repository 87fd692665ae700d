"""What goes on while somebody works on a project: it is built again after every change."""
