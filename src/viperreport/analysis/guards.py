"""Guards against silence taken for peace, and against deliveries that are not whole.

Source: "Coverage and guards" in docs/definitions.md.
"""

from datetime import date

from viperreport.model.period import ONE_DAY

DAYS_IN_YEAR = 365
FEWEST = 5  # records: fewer come and go with every delivery of a small place
TELLING = 4.6  # expected records; a Poisson count with this mean is 0 in 1 % of cases


def too_many(part: int, whole: int, most: float) -> bool:
    """Whether records gone, or told otherwise, are more than deliveries that are whole ever show.

    Args:
        part: of the `whole` that was known before.
        most: the share that is let pass, such as `max_drop`.
    """
    return part >= FEWEST and part > most * whole


def silence_is_telling(gap_days: int, records_in_year: int) -> bool:
    """Whether days without a record are more than chance: more than 4.6 records were expected.

    Args:
        gap_days: g, days without a record.
        records_in_year: records of the whole source in the 365 days next to the gap.
    """
    return gap_days * records_in_year / DAYS_IN_YEAR > TELLING


def coverage_end(declared: date | None, load_day: date, newest: date, records_in_year: int) -> date:
    """Give the last day that a source covers.

    Args:
        declared: the date that the source states; None for the day before the load.
        load_day: local day of the newest load.
        newest: day of the newest record.
        records_in_year: records in the 365 days that end with the newest.

    Returns:
        The declared day or the day before the load; the newest record's where the silence
        between the two is telling.
    """
    end = load_day - ONE_DAY if declared is None else declared
    return newest if silence_is_telling((end - newest).days, records_in_year) else end


def held_from(first_record: date, records_in_first_year: int, starts: date | None) -> date:
    """Give the first day that a source holds.

    Args:
        first_record: day of the oldest record.
        records_in_first_year: records in the 365 days that begin with it.
        starts: the first day that the mapping states; None where it states none.

    Returns:
        The stated day; else 1 January of the first record's year, unless the silence up to that
        record is telling: then the day of the record.
    """
    if starts is not None:
        return starts
    new_year = date(first_record.year, 1, 1)
    gap = (first_record - new_year).days
    return first_record if silence_is_telling(gap, records_in_first_year) else new_year
