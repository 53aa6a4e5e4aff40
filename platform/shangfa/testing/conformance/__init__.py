"""The conformance kit: what every plugin must keep to, each as a check with a name.

`candidate` reads a plugin and the example policies that use it; `check` runs one check and
returns what is wrong, nothing when all is well. `CHECKS` has all of them, by name.
"""

from shangfa.testing.conformance.candidate import Candidate, candidate
from shangfa.testing.conformance.checks import CHECKS, Wrong, check

__all__ = ["CHECKS", "Candidate", "Wrong", "candidate", "check"]
