"""Ways out of the house: to the person who looks after a home, and to a service that watches it."""
