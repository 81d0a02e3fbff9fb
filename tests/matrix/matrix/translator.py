"""The gateway's translations, by the program that reads them as JSON lines."""

import json
import subprocess


def translate(program, cases):
    """One result for each case, in order. A case is what translate_lines.cc describes."""
    text = "".join(json.dumps(case, ensure_ascii=False) + "\n" for case in cases)
    done = subprocess.run([program], input=text.encode(), capture_output=True, check=False)
    lines = done.stdout.decode().splitlines()
    if done.returncode != 0 or len(lines) != len(cases):
        raise RuntimeError(f"{program} stopped after {len(lines)} of {len(cases)} lines: "
                           f"{done.stderr.decode()[-2000:] or done.returncode}")
    return [json.loads(line) for line in lines]
