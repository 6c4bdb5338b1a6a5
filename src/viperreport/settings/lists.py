"""CSV files of config/, line by line; every fault in one is a plain line with its number."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from viperreport.settings.reading import nearest, shown


@dataclass(frozen=True, slots=True)
class ListFile:
    """A CSV file of config/, whose first line names its columns.

    Args:
        name: as in "config/areas.csv".
        needed: those of its columns that it must have.
    """

    name: str
    columns: tuple[str, ...]
    needed: tuple[str, ...]

    def lines(self, home: Path, faults: list[str]) -> list[tuple[int, dict[str, str]]] | None:
        """Read each line that is not empty, with its number.

        Returns:
            [] where there is no such file; None, with the fault noted, where it cannot be read.
        """
        text = self._read(home / self.name, faults)
        return None if text is None else list(self._table(text, faults))

    def _read(self, file: Path, faults: list[str]) -> str | None:
        try:
            return file.read_bytes().decode("utf-8-sig")
        except FileNotFoundError:
            return ""
        except OSError as error:
            faults.append(f"{self.name}: cannot be read: {error.strerror}")
        except UnicodeDecodeError:
            faults.append(f"{self.name}: is not UTF-8 text: save it as UTF-8")
        return None

    def _table(self, text: str, faults: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
        reader = csv.reader(io.StringIO(text), strict=True)
        try:
            header = [cell.strip() for cell in next(reader, self.needed)]
            faults.extend(self._header_faults(header))
            for cells in reader:
                if len(cells) > len(header):
                    faults.append(f"{self.name}:{reader.line_num}: more cells than the header has")
                elif any(cells):
                    yield reader.line_num, dict(zip(header, cells, strict=False))
        except csv.Error as error:
            faults.append(f"{self.name}:{reader.line_num}: not valid CSV: {error}")

    def _header_faults(self, header: list[str]) -> Iterator[str]:
        if not set(self.needed) <= set(header):
            columns = ",".join(self.columns)
            yield f"{self.name}:1: the first line must name the columns: {columns}"
            return
        for column in sorted(set(header) - set(self.columns)):
            yield f"{self.name}:1: {shown(column)}: unknown column{nearest(column, self.columns)}"
        for column in sorted({each for each in header if header.count(each) > 1}):
            yield f"{self.name}:1: {shown(column)}: stands there twice"
