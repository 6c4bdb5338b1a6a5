"""What flows through the house: frozen values, standard library only."""
