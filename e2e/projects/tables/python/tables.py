from tabulate import tabulate


def table(rows: list) -> str:
    return tabulate(rows, tablefmt="plain")
