"""What is in stock where."""

import asyncio

from mxcp.runtime import db, mcp, on_init

SITES: list[str] = []


@on_init
def load_sites() -> None:
    """Runs once before the first call; what it finds is shared by all of them."""
    SITES[:] = [row["site"] for row in db.execute("SELECT DISTINCT site FROM read_csv('seeds/stock.csv') ORDER BY site")]


async def stock_report(products: list[str]) -> dict:
    counted = 0
    lines = []
    for line in asyncio.as_completed([count(site, products) for site in SITES]):
        lines.append(await line)
        counted += 1
        await mcp.progress(counted, len(SITES), f"{counted} of {len(SITES)} sites")
    lines.sort(key=lambda line: line["site"])
    return {"total": sum(line["quantity"] for line in lines), "sites": lines}


async def count(site: str, products: list[str]) -> dict:
    # a blocking call in a thread, so that the sites are counted side by side
    rows = await asyncio.to_thread(
        db.execute,
        """
        SELECT coalesce(sum(quantity), 0)::BIGINT AS quantity FROM read_csv('seeds/stock.csv')
        WHERE site = $site AND (len($products) = 0 OR list_contains($products::VARCHAR[], product))
        """,
        {"site": site, "products": products},
    )
    return {"site": site, "quantity": rows[0]["quantity"]}


def site(site: str) -> list[dict]:
    if site not in SITES:
        raise ValueError(f"There is no site in {site}; the sites are {', '.join(SITES)}")
    return db.execute(
        """
        SELECT product, description, quantity, weight_text_units(quantity * kilograms_units(weight, unit)) AS weight
        FROM read_csv('seeds/stock.csv') WHERE site = $site ORDER BY product
        """,
        {"site": site},
    )
