"""Where pytest looks for no doctests: scripts, which the tests run, and modules for engines that are not installed."""

from importlib.util import find_spec

collect_ignore = ["examples"] + ([] if find_spec("datatrove") else ["gleaner/datatrove.py"])
collect_ignore_glob = [] if find_spec("pyspark") else ["gleaner/*spark*.py"]
