"""Facts of the field as rows of data: gates, backends, noise. Imports nothing."""
