"""Measurements beside other simulators, in one run: `make bench`. Claims are ratios; nothing here is a test."""
