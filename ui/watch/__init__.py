"""What every live view is made of: the base class, plots, pictures, and the grid of docks that holds them."""
