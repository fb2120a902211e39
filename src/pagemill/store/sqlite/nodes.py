"""The lives of nodes: join, beat, leave, and the rescue of what a dead one held."""

from pagemill.store.queue import NewNode
from pagemill.store.sqlite.transaction import Transaction

NODE_LIFE_SECONDS = 10.0
"""A beat is overdue after this time by the store's clock."""


def join(transaction: Transaction, node: NewNode) -> int:
    """The number of the node with this `boot_id`, whose row is written if it is new."""
    found = transaction.run("find_node", boot_id=node.boot_id)
    if found:
        return int(found[0][0])
    rows = transaction.run("insert_node", boot_id=node.boot_id, life_seconds=NODE_LIFE_SECONDS)
    number = int(rows[0][0])
    transaction.run("insert_node_info", node_id=number, host=node.host)
    if node.sole:
        transaction.run("end_other_nodes", id=number)
    return number
