"""The checks behind the rules, one module per step; `contract.rules` puts them in order."""
