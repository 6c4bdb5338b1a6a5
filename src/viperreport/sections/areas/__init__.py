"""Page three: the map, the priority areas, the hotspots."""
