"""What pytest leaves out: modules for engines that are not installed, whose examples it would otherwise import."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("datatrove") else ["gleaner/datatrove.py"]
collect_ignore_glob = [] if find_spec("pyspark") else ["gleaner/*spark*.py"]
