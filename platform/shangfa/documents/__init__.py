"""Read what companies write: tenant folders and uploaded policies, every fault with its line."""
