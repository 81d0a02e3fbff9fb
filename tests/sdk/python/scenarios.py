"""The official Python SDKs against a base URL: see tests/sdk/run."""

from harness import PHASE, run
from matrix import matrix_scenarios
from own import OWN, STRICT

run(STRICT if PHASE == "strict" else OWN | matrix_scenarios(PHASE))
