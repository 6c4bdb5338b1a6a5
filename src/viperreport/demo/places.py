"""The boroughs of the synthetic London, their neighbourhoods, and how often each occurs.

Weights are free; they follow the design's sample pages. The City of London has its own force and
so no records here.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final


def _fixed(**weights: int) -> Mapping[str, int]:
    """Weights by name, with underscores for spaces."""
    return MappingProxyType({name.replace("_", " "): part for name, part in weights.items()})


PRIORITY: Final = _fixed(
    Hackney=15, Lambeth=14, Newham=13, Brent=12, Tower_Hamlets=12, Southwark=11
)
OTHER: Final = _fixed(
    Haringey=32,
    Lewisham=22,
    Islington=12,
    Croydon=12,
    Enfield=11,
    Waltham_Forest=11,
    Camden=10,
    Ealing=10,
    Westminster=9,
    Wandsworth=9,
    Greenwich=8,
    Barking_and_Dagenham=8,
    Redbridge=7,
    Hammersmith_and_Fulham=7,
    Barnet=6,
    Hounslow=6,
    Hillingdon=5,
    Kensington_and_Chelsea=4,
    Bromley=3,
    Merton=3,
    Harrow=2,
    Havering=2,
    Bexley=2,
    Sutton=1,
    Kingston_upon_Thames=1,
    Richmond_upon_Thames=1,
)

# Weights within a borough; the operation's hotspots are Bromley-by-Bow, Hackney, Stoke Newington,
# Brixton, Camberwell and Harlesden.
NEIGHBOURHOODS: Final[Mapping[str, Mapping[str, int]]] = MappingProxyType(
    {
        "Hackney": {"Hackney": 5, "Stoke Newington": 5, "Dalston": 3, "Homerton": 2},
        "Lambeth": {"Brixton": 8, "Stockwell": 3, "Streatham": 2, "West Norwood": 1},
        "Newham": {"Plaistow": 4, "Stratford": 4, "Forest Gate": 3, "Canning Town": 2},
        "Brent": {"Harlesden": 7, "Stonebridge": 3, "Kilburn": 2},
        "Tower Hamlets": {"Bromley-by-Bow": 6, "Poplar": 3, "Bethnal Green": 2, "Stepney": 1},
        "Southwark": {"Camberwell": 5, "Peckham": 4, "Walworth": 2},
        "Haringey": {"Tottenham": 6, "Wood Green": 3, "Hornsey": 1},
        "Lewisham": {"Deptford": 3, "Catford": 2, "Sydenham": 1},
        "Islington": {"Finsbury Park": 2, "Holloway": 2, "Archway": 1},
        "Croydon": {"Thornton Heath": 3, "West Croydon": 2, "New Addington": 1},
        "Enfield": {"Edmonton": 4, "Ponders End": 2},
        "Waltham Forest": {"Leyton": 2, "Walthamstow": 2, "Chingford": 1},
        "Camden": {"Kentish Town": 2, "Camden Town": 2, "Somers Town": 1},
        "Ealing": {"Southall": 2, "Acton": 2, "Northolt": 1},
        "Westminster": {"Paddington": 2, "Pimlico": 1},
        "Wandsworth": {"Battersea": 2, "Tooting": 2},
        "Greenwich": {"Woolwich": 2, "Thamesmead": 1},
        "Barking and Dagenham": {"Barking": 2, "Dagenham": 2},
        "Redbridge": {"Ilford": 3, "Hainault": 1},
        "Hammersmith and Fulham": {"Shepherd's Bush": 2, "Fulham": 1},
        "Barnet": {"Colindale": 2, "Hendon": 1},
        "Hounslow": {"Feltham": 1, "Heston": 1},
        "Hillingdon": {"Hayes": 2, "Uxbridge": 1},
        "Kensington and Chelsea": {"Ladbroke Grove": 2, "Earl's Court": 1},
        "Bromley": {"Penge": 2, "Orpington": 1},
        "Merton": {"Mitcham": 2, "Colliers Wood": 1},
        "Harrow": {"Wealdstone": 1, "South Harrow": 1},
        "Havering": {"Romford": 1, "Harold Hill": 1},
        "Bexley": {"Erith": 2, "Welling": 1},
        "Sutton": {"St Helier": 1},
        "Kingston upon Thames": {"Norbiton": 1},
        "Richmond upon Thames": {"Hampton": 1},
    }
)
