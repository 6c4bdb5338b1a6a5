"""Charts, drawn as paths on the canvas."""
