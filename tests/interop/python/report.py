"""What a client did: a line for each promise."""

import os
import sys
import traceback


class Report:
    def __init__(self, client, version):
        self.client = f"{client} {version}"
        self.failed = False

    def promise(self, name):
        """Runs what keeps the promise, and notes whether it was kept."""

        def run(keep):
            try:
                keep()
                outcome = "ok"
            except Exception:
                traceback.print_exc()
                self.failed, outcome = True, "FAILED"
            with open(os.environ["RESULTS"], "a", encoding="utf-8") as results:
                print(self.client, name, outcome, sep="\t", file=results)
            return keep

        return run

    def end(self):
        sys.exit(1 if self.failed else 0)


def raises(kind, code, act):
    """The library surfaces this error, with this code."""
    try:
        answer = act()
    except kind as error:
        found = getattr(error, "error", None)
        assert found == code, f"`{found}` instead of `{code}`: {error}"
        return error
    raise AssertionError(f"no error, but {answer}")
