"""The conformance kit: vectors derived from the contract, and the run of a reader under test."""
