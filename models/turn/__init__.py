"""How the turn model learns where answers end; not part of the product."""
