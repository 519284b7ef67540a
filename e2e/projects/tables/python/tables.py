import subprocess

from tabulate import tabulate


def table(rows: list) -> str:
    return tabulate(rows, tablefmt="plain")


def leave() -> int:
    """The number of a process whose parent ends before it."""
    script = "sleep 1 > /dev/null & echo $!"
    return int(subprocess.run(["sh", "-c", script], capture_output=True, check=True).stdout)
