"""Papers kept besides as they were sent, because what makes them genuine is in their bytes: signed e-invoices (电子票据原件)."""
