"""Payment gateways, one file each, and the choice among them."""
