"""Small widgets that every part of the window is made of; they know the theme and nothing of networks."""
