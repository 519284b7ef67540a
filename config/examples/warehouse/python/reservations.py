"""Reservations live as long as the server: module globals are shared by all calls."""

import logging
from collections import Counter
from threading import Lock

from mxcp.runtime import db, mcp, on_shutdown

LARGE = 100

log = logging.getLogger(__name__)
reserved: Counter = Counter()
lock = Lock()


async def reserve(site: str, product: str, quantity: int | None) -> dict:
    free = in_stock(site, product) - reserved[site, product]
    if quantity is None:
        quantity = await asked_quantity(product, free)
    elif quantity > LARGE:
        await confirm(f"Reserve {quantity} pieces of {product} in {site}?")
    with lock:
        left = in_stock(site, product) - reserved[site, product] - quantity
        if left < 0:
            raise ValueError(f"Only {left + quantity} pieces of {product} are free in {site}")
        reserved[site, product] += quantity
    await mcp.info(f"{quantity} pieces of {product} reserved in {site}")
    return {"reserved": quantity, "left": left}


def in_stock(site: str, product: str) -> int:
    rows = db.execute(
        "SELECT quantity FROM read_csv('seeds/stock.csv') WHERE site = $site AND product = $product",
        {"site": site, "product": product},
    )
    if not rows:
        raise ValueError(f"There is no {product} in {site}")
    return rows[0]["quantity"]


async def asked_quantity(product: str, free: int) -> int:
    schema = {
        "type": "object",
        "properties": {"quantity": {"type": "integer", "minimum": 1, "maximum": free}},
        "required": ["quantity"],
    }
    answer = await mcp.elicit(f"How many pieces of {product}? {free} are free.", schema)
    if answer["action"] != "accept":
        raise ValueError("Nothing was reserved: no quantity was given")
    return answer["content"]["quantity"]


async def confirm(question: str) -> None:
    answer = await mcp.elicit(question, {"type": "object", "properties": {}})
    if answer["action"] != "accept":
        raise ValueError("Nothing was reserved: the user did not confirm")


@on_shutdown
def tell() -> None:
    if reserved:
        log.warning("%d pieces were reserved and are free again", reserved.total())
