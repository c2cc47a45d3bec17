"""The JSON Schemas that the wheel ships; `make generate` writes them, here and in the folder `schemas/` of the repository."""
