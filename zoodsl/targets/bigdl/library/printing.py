"""What a program prints where no hooks are given."""

from __future__ import annotations

from typing import Any


def print_event(event: str, **fields: Any) -> None:
    """Prints what a reader at a terminal wants to know of an event: one line for each epoch."""
    match event:
        case "started":
            rows = ", ".join(f"{count:,} {part}" for part, count in fields["rows"].items())
            print(f"rows: {rows}; {fields['iterations_per_epoch']} iterations an epoch", flush=True)  # noqa: T201
        case "epoch":
            values = {
                "loss": fields["loss"],
                **{f"validation {k}": v for k, v in fields["validation"].items()},
            }
            shown = "  ".join(f"{name} {value:.4f}" for name, value in values.items())
            best = "  best" if fields["best"] else ""
            print(f"epoch {fields['epoch']:3}  {shown}  {fields['seconds']:.1f} s{best}", flush=True)  # noqa: T201
        case "stopped":
            print(f"stopped after epoch {fields['epoch']}: {fields['reason']}", flush=True)  # noqa: T201
        case "evaluated":
            shown = "  ".join(f"{name} {value:.4f}" for name, value in fields["metrics"].items())
            print(f"{fields['part']}: {shown}", flush=True)  # noqa: T201
            for name, metrics in fields.get("baselines", {}).items():
                beside = "  ".join(f"{each} {value:.4f}" for each, value in metrics.items())
                print(f"{fields['part']}, {name}: {beside}", flush=True)  # noqa: T201
        case "counted":
            print(", ".join(f"{count:,} {part} rows" for part, count in fields["rows"].items()), flush=True)  # noqa: T201
        case "result":
            for line in [f"{fields['title']}:", *fields["lines"]]:
                print(line, flush=True)  # noqa: T201
        case "balanced" if fields["missing"]:
            print(f"no training row is {', '.join(fields['missing'])}: it cannot be learned", flush=True)  # noqa: T201
        case "predicted":
            for name, value in fields["metrics"].items():
                print(f"{fields['rows']:,} predicted rows: {name} {value:.4f}", flush=True)  # noqa: T201
            for row in fields["shown"]:
                print(f"{row['row']}: {row['text']}", flush=True)  # noqa: T201
        case "saved":
            print(f"{fields['what']} saved to {fields['path']}", flush=True)  # noqa: T201
