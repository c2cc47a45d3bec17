"""Where jobs run: one interface, and a module for each kind of place."""
