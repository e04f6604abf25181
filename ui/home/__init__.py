"""The start page: recent projects, examples by topic, new and open."""
