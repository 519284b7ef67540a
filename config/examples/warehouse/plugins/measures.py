"""SQL functions about weights: `kilograms_units(amount, unit)` and `weight_text_units(kilograms)`."""

from mxcp.plugins import MXCPBasePlugin, udf

KILOGRAMS = {"kg": 1.0, "g": 0.001, "lb": 0.45359237, "oz": 0.028349523125, "st": 6.35029318}


class MXCPPlugin(MXCPBasePlugin):
    @udf
    def kilograms(self, amount: float | None, unit: str) -> float | None:
        """An amount of any unit in kilograms."""
        if amount is None:
            return None
        if unit not in KILOGRAMS:
            raise ValueError(f"Unknown unit of weight: {unit}")
        return amount * KILOGRAMS[unit]

    @udf
    def weight_text(self, kilograms: float) -> str:
        """A weight as people read it."""
        return f"{kilograms / 1000:.1f} t" if kilograms >= 1000 else f"{kilograms:.0f} kg"
