"""The small servers of tests/hostile serve these tests, too."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent / "hostile"))
