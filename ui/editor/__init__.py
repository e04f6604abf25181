"""The node editor: a scene that listens to the document, gestures that ask it for edits, and what lies around them."""
