"""The arithmetic of a quote, in decimal euros.

Each line is rounded to the cent, half up; VAT is computed once per rate on the sum of its lines, as
French invoices do (BOI-TVA-DECLA-30-20-20-10), so that the totals are those of the printed figures.
"""

from collections import defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def to_cent(amount):
    """`amount` (Decimal, euros) rounded to the cent, half up."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Line:
    """A label, man-days, euros a day, and the VAT rate in per cent."""

    label: str
    days: Decimal
    unit_price: Decimal
    vat_rate: Decimal

    @property
    def amount(self):
        """Euros before VAT."""
        return to_cent(self.days * self.unit_price)


@dataclass(frozen=True)
class Quote:
    """Lines and their totals."""

    lines: tuple

    @classmethod
    def from_stored(cls, stored):
        """The quote that `stored` wrote as JSON in a version of the specification."""
        return cls(
            tuple(
                Line(line["label"], *(Decimal(line[name]) for name in ("days", "unit_price", "vat_rate")))
                for line in stored["lines"]
            )
        )

    def stored(self):
        """The lines as JSON-able dicts, with two decimals each: the same figures are the same text."""
        return [
            {
                "label": line.label,
                "days": f"{line.days:.2f}",
                "unit_price": f"{line.unit_price:.2f}",
                "vat_rate": f"{line.vat_rate:.2f}",
            }
            for line in self.lines
        ]

    @property
    def net(self):
        """Euros before VAT."""
        return sum((line.amount for line in self.lines), Decimal("0.00"))

    @property
    def vat_by_rate(self):
        """`[(rate in per cent, base in euros, VAT in euros)]`, the lowest rate first."""
        bases = defaultdict(Decimal)
        for line in self.lines:
            bases[line.vat_rate] += line.amount
        return [(rate, base, to_cent(base * rate / 100)) for rate, base in sorted(bases.items())]

    @property
    def vat(self):
        """Euros of VAT, all rates together."""
        return sum((vat for _rate, _base, vat in self.vat_by_rate), Decimal("0.00"))

    @property
    def total(self):
        """Euros with VAT."""
        return self.net + self.vat

    @property
    def days(self):
        """Man-days, all lines together."""
        return sum((line.days for line in self.lines), Decimal("0"))
