import subprocess
import sys

from render_sample import run, summary

from conformance.render import FORMATS


def test_every_format_has_a_file_of_its_own_and_draws_the_run():
    sample = run()
    assert len({filename for filename, _ in FORMATS.values()}) == len(FORMATS)
    told = {name for name, (_, render) in FORMATS.items() if "DERM-AIP-03" in render(sample, summary(sample))}
    assert told == set(FORMATS) - {"badge", "har", "shields"}


def test_asking_for_the_formats_imports_no_template_engine():
    code = "import sys, conformance.render; sys.exit('jinja2' in sys.modules or 'rich' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
